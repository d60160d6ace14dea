import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { rawCopy } from '../../bench/baselines/raw-copy.ts';
import { type Contender, contenders } from '../../bench/contenders.ts';
import { columnNames } from '../../bench/files/file-kinds.ts';
import { measureFile } from '../../bench/measure-file.ts';
import { measure } from '../../bench/measured.ts';
import { resultsSchema } from '../../bench/results/results.ts';
import { openWorkbench } from '../../bench/workbench.ts';
import { folderOutside, removePostgres } from '../../local/postgres.ts';
import { waitFor } from '../support/wait-for.ts';

const project = join(import.meta.dirname, '../..');

/** One for all, so that PostgreSQL's files are made once. */
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'csv-import-benchmark-'));
  return async () => {
    await removePostgres(directory);
    rmSync(directory, { recursive: true, force: true });
  };
});

function start(args: string[]) {
  const child = spawn(process.execPath, ['bench/main.ts', '--directory', directory, ...args], {
    cwd: project,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, says: (text: string) => waitFor(text, () => stderr.includes(text) || null) };
}

describe('npm run bench', () => {
  it('measures, and prints JSON that holds every contender with its ratio', async () => {
    const only = ['append-lanes', 'upsert-changed', 'csv-parse-drizzle', 'scanner'];
    const { code, stdout, stderr } = await start([
      ...['--rows', '300', '--rounds', '1', '--json', '-'],
      ...only.flatMap((name) => ['--only', name]),
    ]).ended;
    expect(code, stderr).toBe(0);
    const { runs, machine } = resultsSchema.parse(JSON.parse(stdout));
    expect(machine.settings.fsync).toBe('on');
    const [run] = runs;
    expect(run).toMatchObject({ file: { name: 'reference', rows: 300, columns: 9 }, failed: [], goals: [] });
    const compared = ['raw-copy', 'textbook-upsert-changed', 'csv-parse'];
    expect(run!.results.map(({ name }) => name).sort()).toEqual([...only, ...compared].sort());
    for (const result of run!.results) {
      expect(result.ratio, result.name).toEqual(result.against === null ? null : expect.any(Number));
      expect(result.median.seconds).toBeGreaterThan(0);
      if (!result.ours) continue;
      expect(result.median.processSeconds).toBeGreaterThan(result.median.seconds);
      expect(result.median.cpuSeconds).toBeGreaterThan(0.05);
      expect(result.median.peakBytes).toBeGreaterThan(30 * 1024 ** 2);
    }
    expect(run!.startUp!.cpuSeconds).toBeGreaterThan(0.05);
  });

  it('Ctrl-C ends it and all that it has started', async () => {
    const { child, ended, says } = start(['--rows', '20000', '--only', 'csv-parse-drizzle']);
    await says('round 1/3: csv-parse and Drizzle');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
    expect(
      lines.filter((line) => line.includes(directory) || line.includes(folderOutside(directory))),
    ).toEqual([]);
  });

  it('refuses what it does not know, with what it does', async () => {
    const unknown = await start(['--file', 'huge']).ended;
    expect(unknown.code).toBe(64);
    expect(unknown.stderr).toContain('reference, wide, narrow');
  });
});

describe('a contender that loads something else than the file', () => {
  /** Raw COPY, and then something happens to the table. */
  const tampering = (name: string, statement: string): Contender => ({
    name,
    title: name,
    against: 'raw-copy',
    reads: 'base',
    before: 'empty',
    run: ({ database, kind, file }) =>
      measure(async () => {
        await rawCopy(database.sql, kind.name, columnNames(kind.table), file('base').path);
        await database.sql.unsafe(statement);
      }),
  });

  it('has failed, and there are no figures of it', async () => {
    const bench = await openWorkbench(directory, new AbortController().signal);
    try {
      const run = await measureFile(
        bench,
        { file: 'reference', rows: 50, rounds: 2, only: [], full: false },
        () => {},
        [
          contenders.find(({ name }) => name === 'raw-copy')!,
          tampering('loses-a-row', 'delete from reference where id = 7'),
          tampering('changes-a-cell', "update reference set notes = 'other' where id = 7"),
          tampering('harmless', 'update reference set notes = notes'),
        ],
      );
      expect(run.results.map(({ name }) => name)).toEqual(['raw-copy', 'harmless']);
      expect(run.failed).toEqual([
        expect.objectContaining({ name: 'loses-a-row', reason: expect.stringContaining('holds 49 rows') }),
        expect.objectContaining({
          name: 'changes-a-cell',
          reason: expect.stringContaining('holds 50 rows of checksum'),
        }),
      ]);
    } finally {
      await bench.close();
    }
  });
});
