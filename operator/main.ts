import { keepCompiled } from './compile-cache.ts';

keepCompiled();
// Only now, since a module's static imports are compiled before its first line runs.
await import('./program.ts');
