// Preferences in the browser's local storage. Where a browser blocks it, they last until the page is closed.

const PREFIX = 'csv-import-console.';

/** A stored preference; null if there is none. */
export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Stores a preference for the next visit. */
export function storePreference(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // See above.
  }
}
