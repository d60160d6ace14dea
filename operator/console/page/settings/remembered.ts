// What the browser remembers of the reader's choices. A browser may refuse to: then it is chosen anew each time.

const PREFIX = 'csv-import-console.';

/** What was chosen before; null where nothing was. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Keeps a choice for the next visit. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Said above.
  }
}
