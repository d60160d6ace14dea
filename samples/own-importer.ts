import { defineImport } from '../contract/definition/define-import.ts';

/** Copy this file to `imports/stock.ts`: uploads under its prefix are then imported by the script in the folder. */
export default defineImport({
  name: 'stock',
  prefix: 'uploads/stock/',
  container: {
    directory: 'samples/own-importer',
    command: ['sh', 'import.sh'],
    environment: { MOST_PIECES: '1000' },
  },
  file: { maxBytes: 10_000_000 },
  timeLimitMinutes: 5,
});
