import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import type { Report } from '../../contract/report.ts';
import { visible, visibleLines } from '../../contract/visible-text.ts';
import { type Connection, connect } from '../connection.ts';
import { firstRejects } from '../describe-execution.ts';
import { findExecution } from '../find-execution.ts';
import { OperatorError } from '../operator-error.ts';
import { print } from '../output.ts';
import { readExecution } from '../read-execution.ts';
import {
  describeAddress,
  findRejectFiles,
  type ObjectAddress,
  openRejectFile,
  readReport,
} from '../results.ts';
import { formatTable } from '../table.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';

interface RejectsOptions extends CommonOptions {
  out?: string;
  print?: 'errors' | 'rows';
}

/** `ops rejects` */
export function rejectsCommand(): Command {
  return subcommand(
    'rejects',
    'Show the rows that an execution rejected: a summary, or the files themselves, which hold personal data.',
    '0 shown or saved (even if no row was rejected), 1 could not be read',
  )
    .argument(
      '<execution>',
      'ARN or name of the execution, or key of the upload (or its end), which stands for the newest',
    )
    .option('--out <folder>', 'save errors.csv and rows.csv there')
    .addOption(
      new Option('--print <file>', 'print one of the files and nothing else').choices(['errors', 'rows']),
    )
    .action(rejects);
}

async function rejects(named: string, options: RejectsOptions): Promise<void> {
  if (options.print !== undefined && (options.json || options.out !== undefined)) {
    throw new OperatorError('--print prints the file alone: leave out --json and --out.');
  }
  const connection = await connect(options);
  const execution = await readExecution(connection, await findExecution(connection, named));
  const report = await readReport(connection, execution);
  const files = await findRejectFiles(connection, execution, report);
  if (options.print !== undefined) {
    if (files !== null) await printFile(connection, files[options.print], encodingOf(options.print, report));
    return;
  }
  const saved = files === null || options.out === undefined ? [] : await save(connection, files, options.out);
  if (options.json) {
    printJson({ execution: execution.arn, files, saved, rejects: report?.rejects ?? null });
    return;
  }
  if (files === null) {
    const status = execution.status === 'RUNNING' ? 'It is still running.' : `It ${execution.status}.`;
    print(`${execution.name} has rejected no row. ${status}`);
    return;
  }
  if (report?.rejects) {
    const { byCode } = report.rejects;
    const rows = Object.entries(byCode).toSorted(([, a], [, b]) => b - a);
    print(
      `${report.counts.rejected.toLocaleString('en')} of ${report.counts.read.toLocaleString('en')} rows rejected.\n`,
    );
    print(
      formatTable(
        ['code', 'count'],
        rows.map(([code, count]) => [visible(code), count.toLocaleString('en')]),
        { right: ['count'] },
      ),
    );
    print(['\nThe first:', ...firstRejects(report), ''].join('\n'));
  }
  if (saved.length > 0) for (const path of saved) print(`saved    ${path}`);
  else {
    print(`errors   ${describeAddress(files.errors)}`);
    print(`rows     ${describeAddress(files.rows)}`);
    print('\n--out <folder> saves both; --print errors prints one.');
  }
}

function encodingOf(print: 'errors' | 'rows', report: Report | null): string {
  return print === 'errors' ? 'utf-8' : (report?.file?.encoding ?? 'utf-8');
}

/** A program gets the file as it is, a person at a terminal what can be seen of it. */
async function printFile(connection: Connection, address: ObjectAddress, encoding: string): Promise<void> {
  const content = await openRejectFile(connection, address);
  if (process.stdout.isTTY) await pipeline(content, shown(encoding), process.stdout, { end: false });
  else await pipeline(content, process.stdout, { end: false });
}

function shown(encoding: string) {
  const decoder = new TextDecoder(encoding);
  return async function* (content: AsyncIterable<Buffer>) {
    for await (const bytes of content) yield withoutCr(decoder.decode(bytes, { stream: true }));
    yield withoutCr(decoder.decode());
  };
}

/** A file of Windows ends each of its lines so. */
const withoutCr = (text: string) => visibleLines(text.replaceAll('\r', ''));

async function save(
  connection: Connection,
  { errors, rows }: { errors: ObjectAddress; rows: ObjectAddress },
  folder: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const address of [errors, rows]) {
    const path = join(folder, basename(address.key));
    // People's data: for whoever has asked for it, and nobody else.
    await pipeline(await openRejectFile(connection, address), createWriteStream(path, { mode: 0o600 }));
    paths.push(path);
  }
  return paths;
}
