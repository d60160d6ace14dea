import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removePostgres } from '../../local/postgres.ts';
import { isReservedColumn } from '../../new-import/reserved-words.ts';
import { makeFolder } from '../local/make-folder.ts';
import { copyProject } from '../support/copy-project.ts';
import { encodeText } from '../support/encode-text.ts';
import { createTestDatabase } from '../support/test-database.ts';

let home: string;
/** A user's project, as it is when it has been cloned. */
beforeAll(() => {
  home = makeFolder();
  copyProject(home);
});
afterAll(() => removePostgres(join(home, '.local/new-import')));

function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['local/main.ts', ...args], {
    cwd: home,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

const read = (name: string) => readFileSync(join(home, name), 'utf8');

describe('npm run new-import', () => {
  it('writes an import for a Shift_JIS file, and imports the file by it', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, index) =>
        `${index + 1},山田 ${index},03-1234-5678,2024/2/${(index % 28) + 1},"1,${index + 100}",有\r\n`,
    );
    const header = '会員番号,氏名,電話番号,登録日,利用金額,有効フラグ\r\n';
    writeFileSync(
      join(home, '会員一覧.csv'),
      encodeText(`${header}${rows.join('')}31,佐藤,,1999/12/31,"1,234,567",無\r\n`, 'shift_jis'),
    );
    const { code, stdout, stderr } = await run('new-import', '会員一覧.csv');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^encoding +Shift_JIS: /m);
    expect(stdout).toMatch(/^rows +31 rows, all of the file; fewer than 1,000 do not show/m);
    expect(stdout).toMatch(/^key +member_number: unique/m);
    const told = stdout.slice(0, stdout.indexOf('The proof'));
    for (const value of ['山田', '佐藤', '1234-5678']) expect(told).not.toContain(value);
    expect(stdout).toContain('created the tables: customers, member_list');
    expect(stdout).toContain('SUCCEEDED: imported');
    expect(stdout).toContain('31 read, 31 inserted, 0 updated');
    expect(stdout).toContain('山田 0');
    const written = read('imports/member-list.ts');
    expect(written).toContain("registeredDate: date('registered_date'),");
    expect(written).toContain("registeredDate: { aliases: ['登録日'], date: 'YYYY/M/D' },");
  });

  it('neither overwrites an import nor takes a name that is another’s', async () => {
    const before = read('imports/customers.ts');
    const { code, stderr } = await run('new-import', 'samples/customers.csv');
    expect([code, stderr]).toEqual([
      1,
      'There is imports/customers.ts already: say another name with --name, or overwrite it with --force.\n',
    ]);
    expect(read('imports/customers.ts')).toBe(before);
    const shared = await run(
      'new-import',
      'samples/customers.csv',
      '--name',
      'people',
      '--table',
      'customers',
    );
    expect([shared.code, shared.stderr]).toEqual([
      1,
      expect.stringMatching(/that of import "customers" already/),
    ]);
    expect(existsSync(join(home, 'imports/people.ts'))).toBe(false);
  });

  it('--print writes nothing, and prints what would be written', async () => {
    const printed = await run('new-import', 'samples/stock.csv', '--print');
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    expect(existsSync(join(home, 'imports/stock.ts'))).toBe(false);
    const written = await run('new-import', 'samples/stock.csv', '--no-import');
    expect([written.code, read('imports/stock.ts')]).toEqual([0, printed.stdout]);
    expect(written.stdout).not.toContain('starting the local stack');
    const forced = await run('new-import', 'samples/stock.csv', '--no-import', '--force', '--key', 'none');
    expect([forced.code, read('imports/stock.ts')]).toEqual([0, expect.stringContaining("mode: 'append'")]);
  });

  it('--force takes the place of a definition that does not load', async () => {
    writeFileSync(join(home, 'imports/stock.ts'), 'export default {;\n');
    const { code, stderr } = await run('new-import', 'samples/stock.csv', '--no-import', '--force');
    expect([code, stderr]).toEqual([0, '']);
    expect(read('imports/stock.ts')).toContain("name: 'stock'");
  });

  it('leaves nothing of a proof that fails, as on rows that it did not look at', async () => {
    writeFileSync(join(home, 'later.csv'), `id,age\n${'1,2\n'.repeat(30)}2,two\n`);
    const { code, stdout } = await run('new-import', 'later.csv', '--rows', '10');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^rows +the first 10 rows; what comes behind them may differ; fewer than 1,?000/m);
    expect(stdout).toContain('FAILED: RowsRejected');
    expect(stdout).toContain('Nothing is left of the proof.');
    expect(existsSync(join(home, 'imports/later.ts'))).toBe(false);
    expect(existsSync(join(home, '.local/new-import'))).toBe(false);
  });

  // Two stacks are made from nothing.
  it('proves it anew when it is written anew', async () => {
    writeFileSync(join(home, 'twice.csv'), 'id,name\n1,a\n2,b\n');
    expect((await run('new-import', 'twice.csv')).code).toBe(0);
    const again = await run('new-import', 'twice.csv', '--key', 'name', '--force');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('created the tables: customers')]);
    expect(again.stdout).toContain('2 read, 2 inserted');
    expect(again.stdout).toContain('SUCCEEDED: imported');
  }, 240_000);
});

it('no name that is written needs quotes in PostgreSQL, and none that does not is avoided for it', async () => {
  const database = await createTestDatabase();
  try {
    const words = await database.sql<{ word: string; reserved: boolean }[]>`
      select word, catcode in ('R', 'T') as reserved from pg_get_keywords()`;
    expect(words.filter(({ word, reserved }) => reserved !== isReservedColumn(word))).toEqual([]);
  } finally {
    await database.drop();
  }
});
