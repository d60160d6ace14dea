import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectLocal } from '../../operator/connection.ts';
import { startConsole } from '../../operator/console/server/server.ts';
import { createSource } from '../../operator/console/server/source.ts';
import { describeInBrowser } from '../support/chromium.ts';
import {
  button,
  type ConsoleHarness,
  createConsoleHarness,
  file,
  headline,
  keepScreenshot,
  nextStep,
  phone,
  row,
} from './console-harness.ts';

const nameOf = (arn: string) => arn.split(':').at(-1)!;

describeInBrowser('the console’s page is read', () => {
  let harness: ConsoleHarness;
  /** ARNs of one that went well, and of one that the file caused. */
  let good: string;
  let bad: string;
  beforeAll(async () => {
    harness = await createConsoleHarness();
    good = await harness.stack.upload(
      'november.csv',
      file(...Array.from({ length: 1200 }, (_, index) => row(100 + index))),
    );
    await harness.stack.end(good);
    bad = await harness.stack.upload('顧客\u202e一覧.csv', file(row(4), row('x'), row(5, 'a\u0007b\n')));
    await harness.stack.end(bad);
    await harness.stack.sql`alter table customers rename to customers_gone`;
    await harness.stack.end(await harness.stack.upload('december.csv', file(row(6))));
    await harness.stack.sql`alter table customers_gone rename to customers`;
  });
  afterAll(() => harness?.close());

  /** Goes to each of the console's pages, and waits until what matters most is there, whatever the language. */
  async function visitAll(page: Page, look: (name: string) => Promise<void>): Promise<void> {
    const pages = {
      overview: ['#/', '.divided a'],
      executions: ['#/executions', 'main a[href*="#/executions/"]'],
      'failed execution': [`#/executions/${nameOf(bad)}`, '[data-testid="cell-invalid"]'],
      'good execution': [`#/executions/${nameOf(good)}`, '[data-state="ImportSucceeded"].done'],
      upload: ['#/upload', '.drop-zone'],
    };
    for (const [name, [hash, sign]] of Object.entries(pages)) {
      await page.goto(`${harness.url}/${hash}`);
      await page.locator(sign!).first().waitFor();
      await look(name);
    }
  }

  it('the overview: totals, charts, what failed lately, each a link to the next step', async () => {
    const page = await harness.open();
    await page.getByRole('heading', { name: 'Failed lately' }).waitFor();
    await page.getByRole('link', { name: 'december.csv' }).waitFor();
    await page.getByRole('application', { name: 'Rows per hour' }).waitFor();
    await page.getByRole('application', { name: 'Failures by name' }).getByText('RowsRejected').waitFor();
    await page.getByRole('application', { name: 'Duration of imports' }).waitFor();
    await page.getByRole('application', { name: 'Failures over time' }).waitFor();
    await page.getByRole('heading', { name: 'Slowest imports' }).waitFor();
    await page.getByText('Median duration').waitFor();
    await page.getByText('Slots used').waitFor();
    await keepScreenshot(page, 'overview');
    await page.getByRole('link', { name: 'Failed: 2' }).click();
    await page.getByRole('table', { name: 'Executions' }).waitFor();
    expect(page.url()).toContain('#/executions?status=failed&since=1d');
  });

  it('the list by filters that the address keeps: links and the back button work', async () => {
    const page = await harness.open('#/executions');
    const links = page.getByRole('table', { name: 'Executions' }).getByRole('link');
    await links.getByText('november.csv').waitFor();
    expect(await links.allTextContents()).toEqual(['december.csv', '顧客\\u202e一覧.csv', 'november.csv']);
    await keepScreenshot(page, 'executions');

    await button(page, /^Problem with/).click();
    await page.getByRole('option', { name: 'file' }).click();
    await links.getByText('december.csv').waitFor({ state: 'detached' });
    expect(page.url()).toContain('blame=file');
    expect(await links.count()).toBe(1);
    await page.reload();
    await links.first().waitFor();
    expect(await links.count()).toBe(1);
    await page.goBack();
    await links.getByText('december.csv').waitFor();

    await page.goto(`${harness.url}/#/executions?status=running`);
    await page.getByText('No execution matches the filters').waitFor();
    await page.getByRole('link', { name: 'Clear the filters' }).click();
    await links.getByText('november.csv').waitFor();
  });

  it('the list by search, sorted, and by a time of one’s own: all of it in the address', async () => {
    const page = await harness.open('#/executions');
    const links = page.getByRole('table', { name: 'Executions' }).getByRole('link');
    await page.getByText('(3)').waitFor();
    await page.getByText('uploads/customers/').first().waitFor();
    await page
      .getByTestId('updated')
      .getByText(/^Updated /)
      .waitFor();
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('targettable');
    await page.getByText('(1)').waitFor();
    expect(await links.allTextContents()).toEqual(['december.csv']);
    expect(page.url()).toContain('search=targettable');
    await page.reload();
    await page.getByText('(1)').waitFor();
    expect(await search.inputValue()).toBe('targettable');
    await search.fill('');
    await page.getByText('(3)').waitFor();

    await page.getByRole('columnheader', { name: 'Rows' }).getByRole('button').click();
    await expect.poll(() => page.url()).toContain('sort=rows');
    await page.getByRole('columnheader', { name: 'Rows' }).getByRole('button').click();
    await expect.poll(() => page.url()).not.toContain('order=ascending');
    await expect.poll(async () => (await links.allTextContents())[0]).toBe('november.csv');
    const time = page.locator('main time').first();
    expect(await time.getAttribute('title')).toMatch(/2\d{3}/);
    expect(await time.textContent()).toMatch(/ago|now/);

    await button(page, 'Started any').click();
    await page.getByText('Last 12 hours').click();
    await button(page, 'Apply').click();
    await expect.poll(() => page.url()).toContain('since=12h');
    await page.getByText('(3)').waitFor();
    const range = new URLSearchParams({ since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' });
    await page.goto(`${harness.url}/#/executions?${range}`);
    await page.getByText('No execution matches the filters').waitFor();
    await button(page, /2020-01-01T/).waitFor();
  });

  it('in Japanese and dark, as browser and system want it, on a phone; a choice is remembered', async () => {
    const page = await harness.openExecution(bad, { ...phone, locale: 'ja-JP', colorScheme: 'dark' });
    await nextStep(page).getByText('ファイルの問題: RowsRejected').waitFor();
    await nextStep(page)
      .getByText(/行のうち \d+ 行が却下されました。/)
      .waitFor();
    await page.getByText('整数ではありません').first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    await page.locator('body.awsui-dark-mode').waitFor();
    await keepScreenshot(page, 'phone-dark-japanese');

    await button(page, '表示モード').click();
    await page.getByRole('menuitemcheckbox', { name: 'ライト' }).click();
    await button(page, /^言語/).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await nextStep(page).getByText('Problem with the file: RowsRejected').waitFor();
    await page.reload();
    await nextStep(page).getByText('Problem with the file: RowsRejected').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('body.awsui-dark-mode').count()).toBe(0);
  });

  it('what strangers have typed is text, with what is invisible made visible', async () => {
    const page = await harness.openExecution(bad);
    await page.getByTestId('cell-invalid').first().waitFor();
    expect(await headline(page).textContent()).toBe('顧客\\u202e一覧.csv');
    expect(await page.title()).toContain('顧客\\u202e一覧.csv');
    await page.goto(`${harness.url}/#/executions/${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
    await page.getByText('There is no such execution').waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });

  it.each([
    ['1,280 px wide', { viewport: { width: 1280, height: 860 } }],
    ['a phone', phone],
  ] as const)('the value at fault is in sight: %s', async (_, options) => {
    const page = await harness.openExecution(bad, options);
    const invalid = page.getByTestId('cell-invalid').first();
    await invalid.waitFor();
    const box = (await invalid.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(options.viewport!.width);
    await page.getByTestId('cell-invalid').getByText('x', { exact: true }).first().waitFor();
  });

  it('on a phone no page is wider than the screen', async () => {
    for (const locale of ['en-US', 'ja-JP']) {
      const page = await harness.open('', { ...phone, locale });
      await visitAll(page, async (name) => {
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect({ name, locale, width }).toEqual({ name, locale, width: phone.viewport!.width });
      });
    }
  });

  it.each([
    ['light, on a large screen', { colorScheme: 'light' }],
    ['dark, on a phone', { ...phone, colorScheme: 'dark' }],
  ] as const)('no page has a barrier that axe knows of: %s', async (_, options) => {
    const page = await harness.open('', options);
    await page.evaluate(axe.source);
    await visitAll(page, async (name) => {
      // Cloudscape's own toolbar on phones has an attribute that its role does not know, and that does no harm.
      const run = `axe.run({ exclude: ['nav[class*="mobile-toolbar-nav"]'] })`;
      const { violations } = (await page.evaluate(run)) as axe.AxeResults;
      const found = violations.map(({ id, nodes }) => ({ name, id, where: nodes.map(({ html }) => html) }));
      expect(found).toEqual([]);
    });
  });

  it('the focus stays where it is while the page is brought up to date', async () => {
    const page = await harness.open('#/executions');
    const link = page.getByRole('table').getByRole('link', { name: 'november.csv' });
    await link.focus();
    for (const _ of [1, 2]) await page.waitForResponse(/\/api\/executions\?/);
    const more = await harness.stack.upload('more.csv', file(row(7)));
    await page.getByRole('table').getByRole('link', { name: 'more.csv' }).waitFor();
    expect(await link.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await harness.stack.end(more);
  });

  it('the skip link leads past the navigation', async () => {
    const page = await harness.open('#/executions');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const focused = page.locator('#headline');
    expect(await focused.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });

  it('when the server is gone the page says so, and goes on when it is back', async () => {
    const source = createSource(async () => connectLocal(harness.stack.description), []);
    const first = await startConsole(source, { port: 0 });
    const page = await harness.open('#/executions', {}, first.url);
    await page.getByRole('table').getByRole('link', { name: 'november.csv' }).waitFor();
    await first.close();
    await page.getByText('The console’s server does not answer').waitFor();
    expect(await page.getByRole('table').getByRole('link', { name: 'november.csv' }).count()).toBe(1);
    const again = await startConsole(source, { port: Number(new URL(first.url).port) });
    await page.getByText('The console’s server does not answer').waitFor({ state: 'detached' });
    await page.context().close();
    await again.close();
  });

  it('without a complaint of the browser', () => {
    expect(harness.complaints).toEqual([]);
  });
});
