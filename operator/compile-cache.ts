import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** Not the system's temporary folder, where other users could put code. */
const CACHE = join(import.meta.dirname, '..', 'node_modules', '.cache', 'node');

/** Keeps compiled modules for the next start, of this process and those that it starts: a third of it is compiling. */
export function keepCompiled(): void {
  enableCompileCache(CACHE);
  process.env.NODE_COMPILE_CACHE ??= CACHE;
}
