import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    {
      failure:
        'The header is malformed in line 1: text follows the closing quote of a header. Quote the whole header and double the quotes inside: "5"" pipe". Split at "\\u0001" the header fits the import: if "\\u0001" separates the values, declare file: { delimiter: "\\u0001" }.',
    },
    { options: { file: { delimiter: '\x01' } }, rows: ['1\x01Ada', '2\x01"a\x01b"'] },
  ],
} satisfies FieldFile;
