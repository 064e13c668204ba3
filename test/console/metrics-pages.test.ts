import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, hasBrowser, type Lab, openLab, type Visit } from './browser.ts';

const line = (text: string): string => `m=${encodeURIComponent(text)}`;
const P99 = line('m1;Holdfast/Requests;Duration;p99;service=checkout');
const ERRORS = line('!m2;Holdfast/Requests;Errors;Sum;service=checkout');
const REQUESTS = line('!m3;Holdfast/Requests;Requests;Sum;service=checkout');

/** Each page by the text that shows that it has arrived. */
const PAGES: readonly (readonly [address: string, arrived: string])[] = [
  ['/explorer', 'Holdfast/Requests'],
  [`/explorer?from=-3h&${P99}&${ERRORS}&${REQUESTS}&e=${encodeURIComponent('e1;100 * m2 / m3')}`, 'Each point'],
  [`/explorer?view=table&${P99}`, 'From'],
  ['/dashboards/latency', 'p90 by route'],
  ['/dashboards/database', 'Replication lag'],
  ['/traces', 'POST /pay'],
  ['/alarms', 'checkout-slow'],
  ['/alarms/checkout-slow', 'periods of 1 min were above'],
  ['/alarms/checkout-down', 'Its actions are held back now'],
];

const arrived = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor();
const search = ({ page }: Visit): URLSearchParams => new URL(page.url()).searchParams;

describe.skipIf(!hasBrowser)('metrics and alarms (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test.each([
    ['dark', 1280],
    ['light', 390],
  ] as const)(
    'have nothing that axe finds wrong and are not wider than the screen, %s, %i px',
    async (colorScheme, width) => {
      const at = await lab.visit('/alarms', { context: { colorScheme, viewport: { width, height: 860 } } });
      for (const [address, text] of PAGES) {
        await at.goTo(address);
        await arrived(at.page, text);
        expect(await axeFindings(at.page), address).toEqual([]);
        expect(await at.page.evaluate('document.documentElement.scrollWidth'), address).toBeLessThanOrEqual(width);
      }
      expect(at.troubles).toEqual([]);
      await at.end();
    },
  );

  test('a metric is found by keys alone, and the address holds it', async () => {
    const at = await lab.visit('/explorer');
    const box = at.page.getByRole('combobox', { name: 'Find a metric' });
    await box.fill('duration catalogue /pay');
    await at.page.getByRole('option').first().waitFor();
    await box.press('Enter');
    await at.page.getByRole('button', { name: 'Hide m1' }).waitFor();
    expect(search(at).getAll('m')).toEqual(['m1;Holdfast/Requests;Duration;Average;service=catalogue;route=POST /pay']);
    await at.page.getByLabel('Statistic of m1').selectOption('p99');
    await at.page.waitForURL((url) => url.searchParams.get('m')?.includes(';p99;') === true);
    await at.page.locator('.u-wrap canvas').first().waitFor();
    await at.end();
  });

  test('an expression says what is wrong while it is typed, and is drawn once nothing is', async () => {
    const at = await lab.visit(`/explorer?${P99}`);
    await at.page.getByRole('button', { name: 'Add an expression' }).click();
    const box = at.page.getByLabel('Expression e1');
    await box.fill('100 * m7 / m1');
    await at.page.getByText('the expression uses the id "m7"').waitFor();
    expect(search(at).get('e')).not.toContain('m7');
    await box.fill('2 * m1');
    await at.page.waitForURL((url) => url.searchParams.get('e') === 'e1;2 * m1');
    expect(await at.page.getByText('the expression uses the id').count()).toBe(0);
    await at.end();
  });

  test('an alarm made from a line is tried against the graph before it exists', async () => {
    const at = await lab.visit(`/explorer?from=-3h&${P99}`);
    await at.page.getByRole('button', { name: 'Create an alarm from m1' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'Create an alarm' });
    await dialog.getByText('It would not have fired').waitFor();
    await dialog.getByLabel('Threshold, Milliseconds').fill('1500');
    await dialog.getByText('It would have fired 1 time').waitFor();
    expect(await axeFindings(at.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create the alarm' }).click();
    await at.page.waitForURL((url) => url.pathname === '/alarms/checkout-Duration-p99');
    await arrived(at.page, 'The alarm is new and has not been evaluated yet.');
    await at.end();
  });

  test('the alarm list leads with what goes, and is narrowed by state and words', async () => {
    const at = await lab.visit('/alarms');
    await at.page.getByRole('button', { name: '1 in alarm' }).waitFor();
    await expect
      .poll(() => at.page.getByRole('row').nth(1).innerText())
      .toMatch(/in alarm[\s\S]*checkout-slow[\s\S]*above 300 ms in 3 of 5/);
    await at.page.getByLabel('Find an alarm').fill('disk');
    await expect.poll(() => at.page.getByRole('row').count()).toBe(2);
    await at.page.getByRole('button', { name: '4 OK' }).click();
    await arrived(at.page, 'No alarm is like that.');
    await at.end();
  });

  test('an alarm is tried, silenced at its source and deleted by its name', async () => {
    const at = await lab.visit('/alarms/orders-connections');
    await at.page.getByRole('button', { name: 'Try it…' }).click();
    await at.page.getByRole('button', { name: 'Set the state' }).click();
    await arrived(at.page, 'a test from the console');
    await at.page.getByRole('button', { name: 'Turn its actions off' }).click();
    await arrived(at.page, 'actions off: tells nobody');
    await at.page.getByRole('button', { name: 'Delete…' }).click();
    await at.page.getByLabel('Type its name to confirm').fill('orders-connections');
    await at.page.getByRole('button', { name: 'Delete the alarm' }).click();
    await at.page.waitForURL((url) => url.pathname === '/alarms');
    expect(at.server.calls).toContain('DELETE /alarms/orders-connections');
    await at.end();
  });

  test('who may only read is offered no acts', async () => {
    const at = await lab.visit('/alarms/checkout-slow', { roles: ['viewer'] });
    await arrived(at.page, 'periods of 1 min were above');
    expect(await at.page.getByRole('button', { name: 'Edit…' }).count()).toBe(0);
    await at.end();
  });

  test('empty pages teach, and change by themselves', async () => {
    const at = await lab.visit('/alarms', { mode: 'empty' });
    await arrived(at.page, 'bin/holdfast alarm put');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.goTo('/explorer');
    await arrived(at.page, 'Waiting for the first point');
    expect(await axeFindings(at.page)).toEqual([]);
    at.server.state.mode = 'full';
    await at.page.getByRole('option', { name: 'Shop' }).waitFor();
    await at.end();
  });

  test('a trace opens to its spans, in order, down to attributes', async () => {
    const at = await lab.visit('/traces?failed=true');
    await at.page.getByRole('row').nth(1).getByRole('link').click();
    await arrived(at.page, '3 failed');
    const rows = at.page.getByRole('group', { name: 'Spans' }).getByRole('button');
    expect(await rows.allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('SELECT basket'), expect.stringContaining('WAL flush')]),
    );
    await rows.first().click();
    await arrived(at.page, 'card network answered 502');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.end();
  });
});
