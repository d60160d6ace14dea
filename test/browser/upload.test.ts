import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../support/chromium.ts';
import {
  button,
  type ConsoleHarness,
  createConsoleHarness,
  drop,
  file,
  headline,
  keepScreenshot,
  nextStep,
  row,
} from './console-harness.ts';

describeInBrowser('a file is uploaded on the console’s page', () => {
  let harness: ConsoleHarness;
  beforeAll(async () => {
    harness = await createConsoleHarness();
  });
  afterAll(() => harness?.close());

  it('dropped, checked by a dry run, imported, with progress until it is in', async () => {
    const page = await harness.open('#/upload');
    await page.getByText('Drop a file here').waitFor();
    expect(await button(page, 'Check it (dry run)').isDisabled()).toBe(true);
    await drop(page, 'new.csv', file(row(1), row(2), row(3)));
    await button(page, 'Check it (dry run)').click();
    await page.getByText('The dry run ended well: this would become of the rows').waitFor();
    await page.getByText('Nothing has been changed yet.').waitFor();
    expect(await harness.stack.customerIds()).toEqual([]);
    await keepScreenshot(page, 'dry-run');

    await harness.whileTableIsLocked(async () => {
      await button(page, 'Import it now').click();
      await page.getByRole('heading', { name: 'Importing' }).waitFor();
      await page.getByText(/rows · .* of /).waitFor();
    });
    await page.getByText('The file was imported').waitFor();
    expect(await harness.stack.customerIds()).toEqual([1, 2, 3]);

    await page.getByRole('link', { name: 'Show the execution' }).click();
    await nextStep(page).getByText('Nothing to do: every row is in.').waitFor();
    expect(await headline(page).textContent()).toBe('new.csv');
    await page.locator('[data-state="ImportSucceeded"].done').waitFor();
  });

  it('fails, the rejected rows are read, the corrected file goes in', async () => {
    const bad = file(row(4), row('5x', 'Grace "Hopper'), row('6x'), row(7, 'Zoë <b>Müller</b>'));
    const failed = await harness.stack.upload('bad.csv', bad);
    await harness.stack.end(failed);
    const page = await harness.open();
    await page.getByRole('link', { name: 'bad.csv' }).first().click();
    await nextStep(page).getByText('Problem with the file: RowsRejected').waitFor();
    await nextStep(page).getByText('Nothing was imported.').waitFor();

    await button(page, 'Read the rejected rows').click();
    const reasons = page.getByTestId('row-error');
    await reasons.getByText('a quote stands inside an unquoted value').waitFor();
    await reasons.filter({ hasText: 'customer_id' }).getByText('must be a whole number').first().waitFor();
    const cell = page.getByTestId('cell-invalid').filter({ hasText: '6x' }).first();
    expect(await cell.locator('mark').textContent()).toBe('6x');
    expect(await cell.getByRole('img', { name: 'Invalid' }).count()).toBe(1);
    await keepScreenshot(page, 'failed-execution');

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /rows\.csv/ }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/rows\.csv$/);
    const rows = await readFile(await download.path(), 'utf8');
    expect(rows).toBe(file(row('5x', 'Grace "Hopper'), row('6x')));

    await button(page, 'Upload the corrected file').click();
    await drop(page, 'bad.csv', bad.replace('5x', '5').replace(' "Hopper', '').replace('6x', '6'));
    await button(page, 'Check it (dry run)').click();
    await page.getByText('The dry run ended well').waitFor();
    await button(page, 'Import it now').click();
    await page.getByText('The file was imported').waitFor();
    expect(await harness.stack.customerIds()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const [{ name } = { name: '' }] = await harness.stack
      .sql`select name from customers where customer_id = 7`;
    expect(name).toBe('Zoë <b>Müller</b>');
  });

  it('is not even sent where the import would not take it', async () => {
    const page = await harness.open('#/upload');
    await drop(page, 'new.xlsx', 'no CSV');
    await page.getByText('new.xlsx is none of .csv, .csv.gz, .csv.zst, .zip.').waitFor();
    expect(await button(page, 'Check it (dry run)').isDisabled()).toBe(true);
    await drop(page, 'empty.csv', '');
    await page.getByText('empty.csv has no content.').waitFor();
    await drop(page, 'good.csv', file(row(8)));
    await page.getByText('empty.csv has no content.').waitFor({ state: 'detached' });
    expect(await button(page, 'Check it (dry run)').isEnabled()).toBe(true);
  });

  it('tells how much has been sent, and can be called off meanwhile', async () => {
    const page = await harness.open('#/upload');
    const network = await page.context().newCDPSession(page);
    // Ten seconds' worth of file, so that it can be seen how it leaves.
    const uploadThroughput = 200_000;
    await network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
    const before = (await harness.stack.executions()).length;
    await drop(page, 'large.csv', file(row(9)).padEnd(uploadThroughput * 10, '\n'));
    await button(page, 'Check it (dry run)').click();
    await page.getByText(/^(0\.[1-9]|1\.\d) MB of 2\.0 MB$/).waitFor();
    await button(page, 'Cancel').click();
    await page.getByText('Drop a file here').waitFor();
    expect(await button(page, 'Check it (dry run)').isEnabled()).toBe(true);
    expect(await harness.stack.executions()).toHaveLength(before);
  });

  it('would be refused: the dry run says why, and nothing is imported', async () => {
    const page = await harness.open('#/upload?import=customers');
    await drop(page, 'refused.csv', file(row('x')));
    await button(page, 'Check it (dry run)').click();
    await page.getByText('The file would not be imported').waitFor();
    await page.getByTestId('row-error').getByText('must be a whole number').waitFor();
    expect(await button(page, 'Import it now').count()).toBe(0);
    await button(page, 'Upload the corrected file').click();
    await page.getByText('Drop a file here').waitFor();
  });

  it('without a complaint of the browser', () => {
    expect(harness.complaints).toEqual([]);
  });
});
