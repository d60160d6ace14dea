import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../support/chromium.ts';
import {
  button,
  type ConsoleHarness,
  createConsoleHarness,
  file,
  headline,
  nextStep,
  row,
} from './console-harness.ts';

/** More than a page has places to stop at. */
const STOPS = 60;

/** Goes by the Tab key until the focus is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stops = 0; stops < STOPS; stops++) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${STOPS} times Tab do not lead to ${target}.`);
}

const isFocused = (target: Locator) =>
  target.evaluate((element) => element === element.ownerDocument.activeElement);

describeInBrowser('executions are redriven and stopped on the console’s page', () => {
  let harness: ConsoleHarness;
  beforeAll(async () => {
    harness = await createConsoleHarness();
  });
  afterAll(() => harness?.close());

  /** An execution that fails since its target table is not there, which then is there again. */
  async function failForWantOfTable(name: string, id: number): Promise<string> {
    await harness.stack.sql`alter table customers rename to customers_gone`;
    const arn = await harness.stack.upload(name, file(row(id)));
    await harness.stack.end(arn);
    await harness.stack.sql`alter table customers_gone rename to customers`;
    return arn;
  }

  it('a problem with the system: redriven by a button, once it is confirmed', async () => {
    const arn = await failForWantOfTable('system.csv', 1);
    const page = await harness.openExecution(arn);
    await nextStep(page).getByText('Problem with the system: TargetTableMismatch').waitFor();
    await nextStep(page).getByText('Bring the target table and the import’s definition together').waitFor();
    await page.locator('[data-state="ImportFailed"].failed').waitFor();

    await button(page, 'Redrive').click();
    const modal = page.getByRole('dialog', { name: 'Redrive system.csv?' });
    await modal.getByText('starts the workflow over with the same version of the file').waitFor();
    await modal.getByRole('button', { name: 'Cancel' }).click();
    await modal.waitFor({ state: 'detached' });
    expect(await harness.stack.describe(arn)).toMatchObject({ status: 'FAILED' });

    await button(page, 'Redrive').click();
    await modal.getByRole('button', { name: 'Redrive', exact: true }).click();
    await nextStep(page).getByText('Nothing to do: every row is in.').waitFor();
    await page.locator('[data-state="ImportSucceeded"].done').waitFor();
    await page.locator('[data-state="RunImporter"]').click();
    await page.getByRole('heading', { name: 'State: RunImporter' }).waitFor();
    await page.getByRole('heading', { name: 'Visit 2' }).waitFor();
    await page.getByText('Error: States.TaskFailed').waitFor();
    await page.getByText('Exit code').first().waitFor();
    await page.getByText('TaskScheduled').first().waitFor();
    expect(page.url()).toContain('state=RunImporter');
    await page.getByRole('heading', { name: 'Visit 1' }).waitFor();
    await page.reload();
    await button(page, 'State: ValidateUpload').first().click();
    await page.getByRole('heading', { name: 'State: ValidateUpload' }).waitFor();
    await page.locator('.json').getByText('"dryRun": false').first().waitFor();
    await button(page, 'Copy: Input').first().waitFor();
    await button(page, 'Log of the importer').click();
    await page.locator('.log').getByText('started').first().waitFor();
    await page.getByRole('heading', { name: 'Redrive 1' }).waitFor();
    expect(await harness.stack.customerIds()).toContain(1);
  });

  it('the same by the keyboard alone, with the focus where one looks for it', async () => {
    await failForWantOfTable('keyboard.csv', 2);
    const page = await harness.open();
    await tabTo(page, page.getByRole('link', { name: 'keyboard.csv' }));
    await page.keyboard.press('Enter');
    await nextStep(page).waitFor();
    expect(await isFocused(page.locator('#headline'))).toBe(true);

    await tabTo(page, button(page, 'Redrive'));
    await page.keyboard.press('Enter');
    const modal = page.getByRole('dialog');
    await modal.waitFor();
    for (let stops = 0; stops < 10; stops++) {
      await page.keyboard.press('Tab');
      expect(await modal.evaluate((element) => element.contains(element.ownerDocument.activeElement))).toBe(
        true,
      );
    }
    await page.keyboard.press('Escape');
    await modal.waitFor({ state: 'detached' });
    await tabTo(page, button(page, 'Redrive'));
    await page.keyboard.press('Enter');
    await tabTo(page, modal.getByRole('button', { name: 'Redrive', exact: true }));
    await page.keyboard.press('Enter');
    await nextStep(page).getByText('Nothing to do: every row is in.').waitFor();
    expect(await isFocused(page.locator('#headline'))).toBe(true);
    expect(await harness.stack.customerIds()).toContain(2);
  });

  it('a problem with the file: it warns that a redrive fails again', async () => {
    const arn = await harness.stack.upload('file.csv', file(row('x')));
    await harness.stack.end(arn);
    const page = await harness.openExecution(arn);
    await button(page, 'Redrive').click();
    await page.getByRole('dialog').getByText('reads the same bytes and fails again').waitFor();
    await button(page, 'Redrive anyway').click();
    await page.getByRole('heading', { name: 'Redrive 1' }).waitFor();
    await nextStep(page).getByText('Problem with the file: RowsRejected').waitFor();
  });

  it('several from the list, by the plan that is shown first', async () => {
    for (const [name, id] of [
      ['many-1.csv', 21],
      ['many-2.csv', 22],
    ] as const) {
      await failForWantOfTable(name, id);
    }
    const bad = await harness.stack.upload('many-3.csv', file(row('x')));
    await harness.stack.end(bad);
    const page = await harness.open('#/executions?search=many-');
    await page.getByText('(3)').waitFor();
    expect(await button(page, 'Redrive').isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Select all that can be redriven' }).check();
    await button(page, 'Redrive (3)').click();
    const modal = page.getByRole('dialog', { name: 'Redrive the selected executions?' });
    await modal.getByRole('region', { name: 'To redrive: 2' }).getByText('many-2.csv').waitFor();
    await modal.getByRole('region', { name: 'Left out: 1' }).getByText('many-3.csv').waitFor();
    await modal.getByText('the same bytes fail again').waitFor();
    await modal.getByRole('checkbox').check();
    await modal.getByRole('button', { name: 'Redrive 3' }).waitFor();
    await modal.getByRole('checkbox').uncheck();
    await modal.getByRole('button', { name: 'Redrive 2' }).click();
    await modal.getByText('Redrives that have begun: 2.').waitFor();
    await modal.getByRole('button', { name: 'Close' }).last().click();
    await expect
      .poll(() => harness.stack.customerIds(), { timeout: 60_000 })
      .toEqual(expect.arrayContaining([21, 22]));
    await expect
      .poll(() => page.getByText('Succeeded', { exact: true }).count(), { timeout: 60_000 })
      .toBe(2);
    expect(await harness.stack.describe(bad)).toMatchObject({ redriveCount: 0 });
  });

  it('one that runs is shown as it runs, and stopped', async () => {
    await harness.whileTableIsLocked(async () => {
      const arn = await harness.stack.upload('slow.csv', file(row(3)));
      const page = await harness.openExecution(arn);
      await page.locator('[data-state="RunImporter"].running').waitFor();
      await page.getByRole('progressbar', { name: 'Progress of the import' }).waitFor();
      await button(page, 'Stop').click();
      await page.getByRole('dialog').getByText('A redrive goes on with it later').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
      await nextStep(page).getByText('Somebody stopped it.').waitFor();
      expect(await nextStep(page).textContent()).not.toContain('Problem with');
      await page.locator('[data-state="RunImporter"].aborted').waitFor();
      await page.locator('.timeline-stopped').waitFor();
      await page.getByText('■ stopped').waitFor();
      const japanese = await harness.openExecution(arn, { locale: 'ja-JP' });
      await nextStep(japanese).getByText('がコンソールページから停止しました。').waitFor();
      await japanese.getByText('■ 中止').waitFor();
      expect(await harness.stack.describe(arn)).toMatchObject({ status: 'ABORTED' });
    });
    expect(await harness.stack.customerIds()).not.toContain(3);
  });

  it('but not by a page of another origin', async () => {
    const arn = await harness.stack.upload('foreign.csv', file(row('x')));
    await harness.stack.end(arn);
    // The S3 endpoint: another program of this machine, such as any web application that is being developed.
    const page = await harness.open();
    await page.goto(harness.stack.description.endpoints.s3);
    const target = `${harness.url}/api/executions/${arn.split(':').at(-1)}/redrive`;
    const failed = page.waitForEvent('requestfailed', (request) => request.url() === target);
    await page.evaluate(
      `fetch(${JSON.stringify(target)}, { method: 'POST', mode: 'no-cors' }).catch(() => {})`,
    );
    await failed;
    const { origin } = new URL(page.url());
    const answer = await fetch(target, { method: 'POST', headers: { origin } });
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { name: 'ForeignOrigin' } }]);
    expect(await harness.stack.describe(arn)).toMatchObject({ status: 'FAILED', redriveCount: 0 });
  });

  it('an execution that there is not: the page says so, and where to go', async () => {
    const page = await harness.open('#/executions/no-such-execution');
    await page.getByText('There is no such execution').waitFor();
    await page.getByRole('link', { name: 'All executions' }).click();
    await page.getByRole('table', { name: 'Executions' }).waitFor();
    expect(await headline(page).textContent()).toMatch(/^Executions \(\d+\)$/);
  });

  it('without a complaint of the browser', () => {
    expect(harness.complaints).toEqual([]);
  });
});
