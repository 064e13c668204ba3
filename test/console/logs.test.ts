import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeRecords } from '../../console/dev/fake-logs.ts';
import { hasBrowser, type Lab, openLab } from './browser.ts';

const parameter = (page: Page, name: string): string => new URL(page.url()).searchParams.get(name) ?? '';
const firstRecord = (page: Page) => page.getByRole('button', { name: /^Record 1,/ });

/** Replaces what stands in the editor. */
async function writeQuery(page: Page, query: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Query' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(query);
}

describe.skipIf(!hasBrowser)('the logs page (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test('runs a query by Ctrl Enter, keeps it in the address, and the address brings it all back', async () => {
    const at = await lab.visit('/logs');
    await firstRecord(at.page).waitFor();
    await at.page.getByRole('textbox', { name: 'Query' }).waitFor();
    await at.page.keyboard.press('/');
    expect(await at.page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Query');
    await writeQuery(at.page, 'fields @timestamp, status, path\n| filter status = 502');
    await at.page.keyboard.press('Control+Enter');
    await at.page.waitForURL((url) => url.searchParams.get('q')?.includes('status = 502') === true);
    await at.page.getByRole('columnheader', { name: 'path' }).waitFor();
    await at.page.getByRole('button', { name: /^Log groups/ }).click();
    await at.page.getByRole('checkbox', { name: '/app/web' }).check();
    await at.page.getByRole('checkbox', { name: '/app/checkout' }).check();
    await at.page.waitForURL((url) => url.searchParams.getAll('group').length === 2);
    const address = at.page.url();
    await at.page.goto('about:blank');
    await at.page.goto(address);
    await firstRecord(at.page).waitFor();
    expect(await at.page.getByRole('textbox', { name: 'Query' }).innerText()).toContain('filter status = 502');
    await at.page.getByRole('button', { name: 'Log groups: /app/web, /app/checkout' }).waitFor();
    await expect.poll(() => at.page.getByRole('button', { name: /^Only @log/ }).count()).toBe(2);
    await at.page.getByRole('button', { name: /^Only status 502/ }).waitFor();
    expect(await at.page.getByRole('button', { name: /^Only status/ }).count()).toBe(1);
    expect(at.troubles).toEqual([]);
    await at.end();
  });

  test('marks a mistake at its place, says what to do, and takes the cursor there', async () => {
    const at = await lab.visit('/logs');
    await firstRecord(at.page).waitFor();
    await writeQuery(at.page, 'fields @message\n| fliter status = 502');
    const mark = at.page.locator('.cm-lintRange-error');
    await mark.waitFor();
    expect(await mark.innerText()).toBe('fliter');
    await at.page.getByText('Unknown command').waitFor();
    expect(await at.page.getByText('Did you mean').isVisible()).toBe(true);
    // What was found before stays while the query is only being written.
    expect(await firstRecord(at.page).isVisible()).toBe(true);
    await at.page.getByRole('button', { name: '2:3' }).click();
    await at.page.keyboard.press('Control+Delete');
    await at.page.keyboard.insertText('filter');
    await mark.waitFor({ state: 'detached' });
    expect(await at.page.getByRole('textbox', { name: 'Query' }).innerText()).toContain('| filter status = 502');
    await at.end();
  });

  test('completes commands at the start of a stage and fields after it', async () => {
    const at = await lab.visit('/logs?q=fields%20%40message');
    await firstRecord(at.page).waitFor();
    await at.page.getByRole('textbox', { name: 'Query' }).click();
    await at.page.keyboard.press('Control+End');
    await at.page.keyboard.type('\n| fil');
    await at.page.getByRole('option', { name: /^filter/ }).click();
    await at.page.keyboard.type('sta');
    const option = at.page.getByRole('option', { name: /^status/ });
    await option.waitFor();
    expect(await at.page.getByRole('option', { name: /^stats/ }).count()).toBe(0);
    await option.click();
    expect(await at.page.getByRole('textbox', { name: 'Query' }).innerText()).toMatch(/\| filter status$/);
    await at.end();
  });

  test('opens a record in place and filters by a click on one of its values', async () => {
    const at = await lab.visit('/logs?q=filter%20path%20%3D%20%22%2Fcart%22');
    await firstRecord(at.page).click();
    await at.page.getByRole('button', { name: 'path: /cart' }).waitFor();
    expect(await firstRecord(at.page).getAttribute('aria-expanded')).toBe('true');
    await at.page.getByRole('button', { name: 'method: GET' }).click();
    await at.page.getByRole('menuitem', { name: 'Filter it out' }).click();
    await at.page.waitForURL((url) => url.searchParams.get('q') === 'filter path = "/cart"\n| filter method != "GET"');
    await at.page.getByText('No record matches.', { exact: true }).waitFor();
    await at.end();
  });

  test('adds a filter by a click on a frequent value, before what sorts', async () => {
    const at = await lab.visit('/logs');
    await at.page.getByRole('button', { name: /^Only severityText ERROR/ }).click();
    await at.page.waitForURL(
      (url) => url.searchParams.get('q')?.includes('filter severityText = "ERROR"\n| sort') === true,
    );
    await expect.poll(() => at.page.getByRole('button', { name: /^Only severityText/ }).count()).toBe(1);
    await at.end();
  });

  test('moves from record to record by the arrow keys and opens with Enter', async () => {
    const at = await lab.visit('/logs');
    await firstRecord(at.page).focus();
    await at.page.keyboard.press('ArrowDown');
    await at.page.keyboard.press('ArrowDown');
    await expect.poll(() => at.page.evaluate('document.activeElement.dataset.rowButton')).toBe('2');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('button', { name: 'Copy the record' }).waitFor();
    await at.end();
  });

  test('keeps only the rows in sight in the page, however many there are', async () => {
    const at = await lab.visit('/logs?from=-24h');
    await firstRecord(at.page).waitFor();
    const rows = at.page.getByRole('table', { name: 'Records' }).getByRole('row');
    expect(Number(await at.page.getByRole('table', { name: 'Records' }).getAttribute('aria-rowcount'))).toBe(1001);
    expect(await rows.count()).toBeLessThan(80);
    await at.page.setViewportSize({ width: 390, height: 844 });
    expect(await rows.count()).toBeLessThan(80);
    await at.end();
  });

  test('draws statistics over time with their table, and leads from a row to its records', async () => {
    const at = await lab.visit(`/logs?q=${encodeURIComponent('stats count(*) as n by bin(5m), service')}`);
    await at.page.getByRole('region', { name: 'Results' }).locator('canvas').waitFor();
    const row = at.page.getByRole('table', { name: 'Statistics' }).getByRole('row').nth(2);
    const [, service] = (await row.innerText()).split('\n');
    await row.getByRole('button').click();
    await at.page.waitForURL((url) => url.searchParams.get('q')?.includes(`filter service = "${service}"`) === true);
    expect(Date.parse(parameter(at.page, 'to')) - Date.parse(parameter(at.page, 'from'))).toBe(300_000);
    await firstRecord(at.page).waitFor();
    await at.end();
  });

  test('zooms by a drag over the histogram and shows its numbers as a table', async () => {
    const at = await lab.visit('/logs');
    const chart = at.page.getByRole('region', { name: 'Records over time' });
    await chart.locator('.u-over').waitFor();
    await chart.getByRole('button', { name: 'Show the numbers as a table' }).click();
    await chart.getByRole('columnheader', { name: 'Errors' }).waitFor();
    await chart.getByRole('button', { name: 'Show the chart' }).click();
    const box = await chart.locator('.u-over').boundingBox();
    if (box === null) throw new Error('the chart has no size');
    await at.page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await at.page.mouse.down();
    await at.page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 5 });
    await at.page.mouse.up();
    await at.page.waitForURL((url) => url.searchParams.has('to'));
    const minutes = (Date.parse(parameter(at.page, 'to')) - Date.parse(parameter(at.page, 'from'))) / 60_000;
    expect(minutes).toBeGreaterThan(13);
    expect(minutes).toBeLessThan(17);
    await at.end();
  });

  test('shows the progress of a long query and stops it in the engine', async () => {
    const at = await lab.visit(`/logs?q=${encodeURIComponent('fields @message # slow')}`);
    await at.page.getByRole('button', { name: 'Cancel' }).click();
    await at.page.getByText('Cancelled.').waitFor();
    await expect.poll(() => at.server.calls.some((call) => call.startsWith('DELETE /logs/queries/'))).toBe(true);
    await at.end();
  });

  test('exports the rows as CSV, JSON and NDJSON', async () => {
    const at = await lab.visit(`/logs?q=${encodeURIComponent('stats count(*) as n by service')}`);
    await at.page.getByRole('table', { name: 'Statistics' }).waitFor();
    const exported = async (name: string): Promise<string> => {
      await at.page.getByRole('button', { name: 'Export', exact: true }).click();
      const [file] = await Promise.all([
        at.page.waitForEvent('download'),
        at.page.getByRole('menuitem', { name, exact: true }).click(),
      ]);
      return readFileSync(await file.path(), 'utf8');
    };
    const csv = await exported('CSV');
    expect(csv.split('\r\n')[0]).toBe('service,n');
    const rows = JSON.parse(await exported('JSON')) as { readonly service: string; readonly n: number }[];
    expect(csv).toContain(`${rows[0]?.service},${rows[0]?.n}\r\n`);
    const lines = (await exported('NDJSON, a record a line')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
    await at.end();
  });

  test('teaches how to send the first record with a key made on the spot, and shows it when it comes', async () => {
    const at = await lab.visit('/logs', { mode: 'empty' });
    const command = at.page.getByRole('group', { name: 'Command for curl' });
    expect(await command.innerText()).toContain(`${at.server.url}/api/v1/logs?group=`);
    await at.page.getByRole('button', { name: 'Make a key and put it in' }).click();
    await expect.poll(() => command.innerText()).toMatch(/Bearer hf_n3w\d+_/);
    expect(at.server.state.keys.at(-1)?.roles).toEqual(['sender']);
    await at.page.getByRole('tab', { name: 'OpenTelemetry' }).click();
    expect(await at.page.getByRole('group', { name: 'Command for OpenTelemetry' }).innerText()).toContain(
      `OTEL_EXPORTER_OTLP_ENDPOINT=${at.server.url}`,
    );
    const [record] = fakeRecords(Date.now() - 1000, 1);
    if (record === undefined) throw new Error('no record was made');
    at.server.state.records = [{ ...record, logGroup: '/first/steps', body: 'hello from my first record' }];
    at.server.state.groups = [
      ...at.server.state.groups,
      {
        name: '/first/steps',
        storageClass: 'standard',
        retentionDays: 30,
        createdMs: Date.now(),
        storedBytes: 90,
        deletionProtected: false,
        tags: {},
      },
    ];
    await at.page.getByText('hello from my first record').first().waitFor();
    await firstRecord(at.page).waitFor();
    expect(await at.page.getByText('Waiting for the first record').count()).toBe(0);
    await at.end();
  });

  test('explains a breakdown of the engine and recovers', async () => {
    const at = await lab.visit('/logs', { mode: 'failing' });
    await at.page.getByText('telemetry.engine-unavailable').first().waitFor();
    at.server.state.mode = 'full';
    await at.page.getByRole('button', { name: 'Try again' }).click();
    await firstRecord(at.page).waitFor();
    await at.end();
  });
});
