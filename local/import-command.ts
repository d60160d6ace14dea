import { existsSync, statSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import pc from 'picocolors';
import postgres from 'postgres';
import { type LocalStackDescription, localAwsConfig } from '../contract/local-stack.ts';
import { loadImports } from '../imports/index.ts';
import { chooseImport } from './choose-import.ts';
import { type ImportResult, type ImportWatcher, importFile } from './import-file.ts';
import { createImportView } from './import-view.ts';
import { findRunningStack, startLocalStack } from './stack.ts';

export interface ImportCommandOptions {
  import?: string;
  json?: boolean;
  directory: string;
}

/** How many imported rows are shown at the end. */
const SHOWN_ROWS = 5;

/**
 * `npm run import -- FILE`: imports a file through the whole stack, starting one where none is running.
 *
 * @returns the exit code
 */
export async function runImportCommand(file: string, options: ImportCommandOptions): Promise<number> {
  if (!existsSync(file) || !statSync(file).isFile()) throw new Error(`There is no file ${file}.`);
  const definition = await chooseImport(await loadImports(), file, options.import);
  const say = options.json === true ? () => {} : console.log;
  say(
    `${pc.bold(file)} → import ${pc.bold(definition.name)} (${definition.mode} into ${definition.tableName})`,
  );

  const running = findRunningStack(options.directory);
  if (running === null) say(pc.dim('starting the local stack …'));
  const databaseUrl = process.env.DATABASE_URL;
  const started =
    running === null
      ? await startLocalStack({ directory: options.directory, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
      : null;
  const stack: LocalStackDescription = running ?? started!.description;
  const s3 = new S3Client({ ...localAwsConfig, endpoint: stack.endpoints.s3, forcePathStyle: true });
  const sfn = new SFNClient({ ...localAwsConfig, endpoint: stack.endpoints.stepFunctions });
  try {
    const view = options.json === true ? silent : createImportView();
    const result = await importFile(stack, { s3, sfn }, definition, file, view).finally(() => view.end());
    if (options.json === true) console.log(JSON.stringify(result));
    else await showResult(result, stack, started !== null);
    return result.execution.status === 'SUCCEEDED' ? 0 : 1;
  } finally {
    s3.destroy();
    sfn.destroy();
    await started?.close();
  }
}

const silent: ImportWatcher & { end(): void } = { uploaded() {}, state() {}, progress() {}, end() {} };

async function showResult(
  result: ImportResult,
  stack: LocalStackDescription,
  stopsNow: boolean,
): Promise<void> {
  const { execution, report } = result;
  const good = execution.status === 'SUCCEEDED';
  console.log();
  console.log(
    good
      ? pc.green(`SUCCEEDED: ${report?.outcome ?? ''}`)
      : `${pc.red(`${execution.status}: ${execution.error}`)}\n${execution.cause ?? ''}`,
  );
  if (report !== null) {
    const { counts, rejects } = report;
    console.log(
      Object.entries(counts)
        .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
        .join(', '),
    );
    console.log(`${report.seconds.toFixed(1)} s in the importer`);
    if (rejects !== null) {
      console.log(`rejects   s3://${stack.resultsBucket}/${rejects.errorsKey}`);
      console.log(`          s3://${stack.resultsBucket}/${rejects.rowsKey}`);
    }
    console.log(`report    s3://${stack.resultsBucket}/reports/${report.runId}/${report.attempt}.json`);
  }
  console.log(`execution ${execution.arn}`);
  console.log(`S3        ${stack.endpoints.s3} (path style, any credentials)`);
  console.log(`database  psql '${stack.databaseUrl}'`);
  if (stopsNow)
    console.log(
      pc.dim('The stack stops now and keeps its data in .local/: `npm run local` starts it again.'),
    );
  if (good && report !== null && report.table !== '') await showRows(stack.databaseUrl, report.table);
}

async function showRows(databaseUrl: string, table: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const name = table
      .split('.')
      .map((part) => `"${part.replaceAll('"', '""')}"`)
      .join('.');
    const rows = await sql.unsafe<{ row: Record<string, unknown> }[]>(
      `select to_jsonb(shown) as row from ${name} as shown limit ${SHOWN_ROWS}`,
    );
    console.log(`\n${table}:`);
    console.table(rows.map(({ row }) => Object.fromEntries(Object.entries(row).map(([key, cell]) => [key, shorten(cell)]))));
  } finally {
    await sql.end();
  }
}

/** A table's row should fit a terminal. */
function shorten(cell: unknown): unknown {
  if (cell === null) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : cell;
  return typeof text === 'string' && text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
