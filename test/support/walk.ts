import { fencesOf } from '../../docs/tools/markdown.ts';

/** A command that a doc tells to type, and the lines that it shows of what comes. */
export interface Step {
  command: string;
  shown: string[];
}

/** The commands in the `console` fences of a text, in their order. */
export function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  for (const { info, content } of fencesOf(text)) {
    if (info !== 'console') continue;
    for (const line of content.trimEnd().split('\n')) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), shown: [] });
      else steps.at(-1)!.shown.push(line);
    }
  }
  return steps;
}

/**
 * Compares what a doc shows with what came: `…` stands for any number of lines, everything else must be the same but
 * for ids and times.
 *
 * @returns the first line that did not come where it should; null if all did
 */
export function missingLine(shown: readonly string[], printed: string): string | null {
  const came = printed === '' ? [] : printed.trimEnd().split('\n').map(normalise);
  let at = 0;
  let anywhere = false;
  for (const line of shown) {
    if (line === '…') {
      anywhere = true;
      continue;
    }
    const wanted = normalise(line);
    const found = anywhere ? came.indexOf(wanted, at) : came[at] === wanted ? at : -1;
    if (found < 0) return line;
    at = found + 1;
    anywhere = false;
  }
  return anywhere || at >= came.length ? null : `(the end, but this came: ${came[at]})`;
}

function normalise(line: string): string {
  return line
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replace(/[\d.]+ s\b/g, '<duration>')
    .trimEnd();
}
