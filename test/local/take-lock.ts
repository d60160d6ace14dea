// A process that takes a directory's lock, says how that went, and keeps it until its standard input ends.
import { lockDirectory } from '../../local/directory-lock.ts';

let unlock: (() => void) | null = null;
try {
  unlock = lockDirectory(process.argv[2]!);
  console.log('taken');
} catch {
  console.log('refused');
}
process.stdin.on('end', () => unlock?.()).resume();
