import { visibleJson, visibleLines } from '../contract/visible-text.ts';
import pc, { errorColours } from './colours.ts';

// All that commands print goes through here: nothing that a stranger has typed, and nothing that S3, Step Functions or
// the database say, may reach a terminal with characters that it obeys.

/** The colours that commands use themselves (ECMA-48, SGR), as far as the output takes colours at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours begin with
const ownColour = /(\u001b\[(?:[012]|22|3[1-6]|39)m)/;

/** Prints a text of one line or more, with a line break behind it. */
export function print(text = ''): void {
  process.stdout.write(`${printable(text, pc.isColorSupported)}\n`);
}

/** The same to the standard error. */
export function printError(text: string): void {
  process.stderr.write(`${printable(text, errorColours.isColorSupported)}\n`);
}

/** Prints JSON in one line, or indented. */
export function printJsonLine(data: unknown, space?: number): void {
  process.stdout.write(`${visibleJson(data, space)}\n`);
}

/** What commander says of wrong usage quotes what was typed. */
export const printedUsage = {
  writeErr: (text: string) => process.stderr.write(printable(text, false)),
};

/** What a terminal may get: visible text, and a command's own colours. */
function printable(text: string, coloured: boolean): string {
  if (!coloured) return visibleLines(text);
  return text
    .split(ownColour)
    .map((piece, index) => (index % 2 === 1 ? piece : visibleLines(piece)))
    .join('');
}
