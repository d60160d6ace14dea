import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { headers } from '../../samples/customers.ts';
import { createStackHarness, type StackHarness } from '../e2e/stack-harness.ts';
import { startChromium } from '../support/chromium.ts';
import { project } from '../support/copy-project.ts';

/** How long a page may take to show something, in milliseconds: a slow machine must not fail a test. */
const PATIENCE_MS = 60_000;

/** A row of the customers' file. */
export const row = (id: number | string, name = 'Ada Lovelace') =>
  `${id},${name},m@example.com,,,1980-01-01,1.00,2024-01-01T00:00:00Z,\n`;
/** A customers' file. */
export const file = (...rows: string[]) => `${headers.join(',')}\n${rows.join('')}`;

/** A local stack with its console, and a browser. */
export class ConsoleHarness {
  readonly stack: StackHarness;
  readonly browser: Browser;
  readonly url: string;
  /** What pages have complained of: errors of scripts, and of their consoles. */
  readonly complaints: string[] = [];

  constructor(stack: StackHarness, browser: Browser) {
    this.stack = stack;
    this.browser = browser;
    this.url = stack.description.console!;
  }

  /** Opens a page of the console in a browser window of its own. */
  async open(hash = '', options: BrowserContextOptions = {}, url = this.url): Promise<Page> {
    const context = await this.browser.newContext({
      locale: 'en-US',
      timezoneId: 'Asia/Tokyo',
      viewport: { width: 1280, height: 860 },
      // Nothing is looked at, or measured, while it is being faded in.
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // What the server refuses is told by the page itself.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.complaints.push(message.text());
      }
    });
    await page.goto(`${url}/${hash}`);
    await headline(page).waitFor();
    return page;
  }

  /** Opens the page of an execution, by its ARN. */
  openExecution(arn: string, options: BrowserContextOptions = {}): Promise<Page> {
    return this.open(`#/executions/${arn.split(':').at(-1)}`, options);
  }

  /** Makes importers wait for the customers' table for as long as it takes: they can be watched meanwhile. */
  async whileTableIsLocked(watch: () => Promise<void>): Promise<void> {
    const writer = await this.stack.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    try {
      await watch();
    } finally {
      await writer`rollback`;
      writer.release();
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.stack.close();
  }
}

export async function createConsoleHarness(): Promise<ConsoleHarness> {
  const stack = await createStackHarness({ console: { port: 0 } });
  return new ConsoleHarness(stack, await startChromium());
}

/** A phone, as browsers tell of it. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

export const headline = (page: Page) => page.locator('h1');
export const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
export const nextStep = (page: Page) => page.getByTestId('next-step');

/** Drops a file onto the upload page's field, as a file manager does. */
export async function drop(page: Page, name: string, content: string): Promise<void> {
  const zone = page.locator('.drop-zone');
  await zone.waitFor();
  const files = await page.evaluateHandle(
    `(() => {
      const files = new DataTransfer();
      files.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}, { type: 'text/csv' }));
      return files;
    })()`,
  );
  for (const event of ['dragenter', 'dragover', 'drop']) {
    await zone.dispatchEvent(event, { dataTransfer: files });
  }
}

/** Keeps a picture for the docs, where that is asked for: `UPDATE_SCREENSHOTS=1`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS === undefined) return;
  await page.evaluate('window.scrollTo(0, 0)');
  await page.screenshot({ path: join(project, 'docs/screenshots', `${name}.png`), animations: 'disabled' });
}
