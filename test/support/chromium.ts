import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

/** Where Debian, Ubuntu, Fedora, macOS and Windows have it. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const found = process.env.CHROMIUM_PATH ?? places.find((place) => existsSync(place));

/** `describe` for tests in a browser: where there is none they are skipped, and say how to get one. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (found === undefined) {
    const remedy = 'skipped without Chromium: `apt-get install chromium`, or name one by CHROMIUM_PATH';
    describe.skip(`${name} (${remedy})`, tests);
  } else describe(name, tests);
}

/** Starts a browser with a profile of its own, which asks nobody anything but this machine. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: found!,
    // In the C locale it gives up on names of files beyond ASCII.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium's sandbox does not work for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}
