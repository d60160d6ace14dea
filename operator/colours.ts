import picocolors from 'picocolors';

/** Colours for what is written to a stream: only where that is a terminal, and NO_COLOR (https://no-color.org) is not set. */
function coloursOf({ isTTY }: { isTTY?: boolean }) {
  const { NO_COLOR = '', TERM } = process.env;
  // picocolors itself would colour every pipe where CI is set.
  return picocolors.createColors(isTTY === true && NO_COLOR === '' && TERM !== 'dumb');
}

/** For the standard output. */
export default coloursOf(process.stdout);

/** For the standard error. */
export const errorColours = coloursOf(process.stderr);
