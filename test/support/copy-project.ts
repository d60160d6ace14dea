import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

export const project = join(import.meta.dirname, '../..');

/** What the project is without tests, docs and packages; the packages are linked. */
const copied = [
  'contract',
  'csv',
  'handlers',
  'imports',
  'infra',
  'local',
  'new-import',
  'operator',
  'samples',
  'statemachine',
  'task',
  'package.json',
  'cdk.json',
];

/** Makes a user's project in a folder: this one, as it is when it has been cloned and its packages are installed. */
export function copyProject(folder: string): void {
  for (const name of copied) cpSync(join(project, name), join(folder, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
}
