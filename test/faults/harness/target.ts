import type { Sql } from 'postgres';
import type { TableImport } from '../../../contract/definition/define-import.ts';
import { headers } from '../../../samples/customers.ts';
import { customersSql } from '../../support/import-harness.ts';
import { canonical, type TableRow } from './expectation.ts';

const REGISTERED = headers.indexOf('registered_at');

/** The target table of an import of this suite, in its database. */
export class Target {
  readonly #sql: Sql;
  readonly name: string;

  constructor(sql: Sql, definition: TableImport) {
    this.#sql = sql;
    this.name = definition.tableName;
  }

  /** Makes it anew, with these rows, and takes the ledger away. */
  async reset(rows: readonly TableRow[]): Promise<void> {
    const create =
      this.name === 'customers'
        ? customersSql
        : customersSql.replace('table customers', `table ${this.name}`).replace('primary key', 'not null');
    await this.#sql.unsafe(
      `drop schema if exists csv_import cascade; drop table if exists ${this.name} cascade; ${create}`,
    );
    const objects = rows.map((row) => Object.fromEntries(headers.map((name, at) => [name, row[at]!])));
    await this.#sql`
      insert into ${this.#sql(this.name)}
      select * from jsonb_populate_recordset(null::${this.#sql(this.name)}, ${this.#sql.json(objects)})`;
  }

  /** Its rows, sorted. */
  async read(): Promise<string[]> {
    const columns = headers.map((name) => `${name}::text`).join(', ');
    const rows = await this.#sql.unsafe(`select ${columns} from ${this.name}`).values();
    return rows.map((row) => canonical(row.with(REGISTERED, new Date(row[REGISTERED]).toISOString()))).sort();
  }
}
