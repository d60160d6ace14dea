import postgres, { type Options, type Sql } from 'postgres';
import { readDatabaseUrl } from '../task/load/database-url.ts';

/**
 * Opens a database for what the local stack itself asks, by a URL that is read as the importer reads it.
 *
 * @throws ImportFailure `DatabaseMisconfigured`
 */
export function openDatabase(url: string, connectSeconds?: number): Sql {
  return postgres({
    ...readDatabaseUrl(url),
    max: 1,
    onnotice: () => {},
    ...(connectSeconds === undefined ? {} : { connect_timeout: connectSeconds }),
  } as unknown as Options<never>);
}
