import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitElsewhere } from '../../console/dev/fake-workbook-routes.ts';
import { axeFindings, hasBrowser, type Lab, openLab } from './browser.ts';

const BUDGET = '/workbooks/Budget%202026';

/** Each page by the text that shows that it has arrived. */
const PAGES: readonly (readonly [address: string, arrived: string])[] = [
  ['/workbooks', 'Price list EMEA'],
  ['/workbooks?find=zzz', 'No workbook begins with'],
  [BUDGET, 'Everything about version 1'],
  [`${BUDGET}?from=10&to=12`, 'cells differ'],
  [`${BUDGET}?from=2&to=8`, 'This list is cut'],
  [`${BUDGET}?from=9&to=12`, 'cannot be compared'],
  ['/workbooks/nothing', 'workbooks.not-found'],
  ['/vault', 'nines of durability'],
];

const arrived = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor();
const choose = (page: Page, name: string, bytes = 2048) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/zip', buffer: Buffer.alloc(bytes, 7) });

describe.skipIf(!hasBrowser)('workbooks and vault (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test('lists each workbook with its newest version, and finds by the beginning of the name', async () => {
    const at = await lab.visit('/workbooks');
    await at.page.getByRole('heading', { level: 1, name: /^5 workbooks/ }).waitFor();
    const row = at.page.getByRole('row').filter({ hasText: 'Budget 2026' });
    await row.getByText('7 min ago').waitFor();
    expect(await row.innerText()).toMatch(/12[\s\S]*7 min ago[\s\S]*KiB[\s\S]*3,653 days/);
    await at.page.keyboard.press('/');
    await at.page.keyboard.type('Cash');
    await at.page.getByRole('heading', { level: 1, name: /^1 workbook / }).waitFor();
    expect(new URL(at.page.url()).searchParams.get('find')).toBe('Cash');
    await at.end();
  });

  test('opens workbooks whose names have dots and slashes, by link and by address', async () => {
    const at = await lab.visit('/workbooks/intercompany.balances.v2');
    await at.page.getByRole('heading', { level: 1, name: /intercompany\.balances\.v2/ }).waitFor();
    await at.goTo('/workbooks');
    await at.page.getByRole('link', { name: 'Headcount / HR plan' }).click();
    await at.page.getByRole('heading', { level: 1, name: /Headcount \/ HR plan/ }).waitFor();
    await at.page.reload();
    await at.page.getByRole('heading', { level: 1, name: /Headcount \/ HR plan/ }).waitFor();
    await at.end();
  });

  test('teaches the command before the first workbook', async () => {
    const at = await lab.visit('/workbooks', { mode: 'empty' });
    await arrived(at.page, 'bin/holdfast workbook commit book.xlsx --workbook NAME');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.end();
  });

  test('commits a chosen file to a new workbook, and shows how far it is', async () => {
    const at = await lab.visit('/workbooks', { mode: 'empty' });
    at.server.state.readBytesPerSecond = 8_000_000;
    await choose(at.page, 'Sales plan.xlsx', 24_000_000);
    expect(await at.page.getByLabel('Workbook', { exact: true }).inputValue()).toBe('Sales plan');
    await arrived(at.page, 'There is no such workbook yet');
    await at.page.getByLabel('Message').fill('first');
    await at.page.getByRole('button', { name: 'Commit as version 1' }).click();
    await at.page.getByRole('progressbar', { name: 'Upload' }).waitFor();
    await at.page.getByText(/B\/s/).waitFor();
    expect(await axeFindings(at.page)).toEqual([]);
    await arrived(at.page, 'Committed as version 1 of Sales plan.');
    await at.page.getByRole('row').filter({ hasText: 'Sales plan' }).getByText('22.9 MiB').waitFor();
    expect(at.server.state.workbooks[0]?.versions[0]).toMatchObject({ message: 'first', lengthBytes: 24_000_000 });
    await at.end();
  });

  test('stops an upload on request and stores nothing', async () => {
    const at = await lab.visit(BUDGET);
    at.server.state.readBytesPerSecond = 1_000_000;
    await choose(at.page, 'Budget 2026.xlsx', 20_000_000);
    await at.page.getByRole('button', { name: 'Commit as version 13' }).click();
    await at.page.getByRole('progressbar', { name: 'Upload' }).waitFor();
    await at.page.getByRole('button', { name: 'Cancel' }).click();
    await at.page.getByRole('button', { name: 'Commit as version 13' }).waitFor();
    expect(await at.page.getByRole('alert').count()).toBe(0);
    expect(at.server.state.workbooks.find(({ book }) => book.name === 'Budget 2026')?.book.head).toBe(12);
    await at.end();
  });

  test('tells who committed meanwhile, and goes on from there after a reload', async () => {
    const at = await lab.visit(BUDGET);
    await choose(at.page, 'Budget 2026.xlsx');
    await arrived(at.page, 'Goes out from version 12');
    commitElsewhere(at.server.state, 'Budget 2026', 'hotel costs');
    await at.page.getByRole('button', { name: 'Commit as version 13' }).click();
    const alert = at.page.getByRole('alert');
    await alert.getByText('hotel costs').waitFor();
    expect(await alert.innerText()).toMatch(/Somebody committed meanwhile[\s\S]*Version 13 by tom@example\.com/);
    expect(await alert.innerText()).toContain('workbooks.parent-mismatch');
    expect(await axeFindings(at.page)).toEqual([]);
    await alert.getByRole('button', { name: 'Reload' }).click();
    await at.page.getByRole('button', { name: 'Commit as version 14' }).click();
    await arrived(at.page, 'Committed as version 14 of Budget 2026.');
    await at.end();
  });

  test('shows the history and everything about a version', async () => {
    const at = await lab.visit(BUDGET);
    await at.page.getByRole('heading', { level: 1, name: /12 versions of Budget 2026/ }).waitFor();
    const rows = at.page.getByRole('list', { name: 'Versions, newest first' }).locator(':scope > li');
    expect(await rows.count()).toBe(12);
    expect(await rows.nth(1).innerText()).toMatch(
      /restore of version 8[\s\S]*restored from 8[\s\S]*locked until 2036-/,
    );
    expect(await rows.nth(3).innerText()).toContain('in quarantine');
    expect(
      await rows
        .nth(3)
        .getByRole('button', { name: /^Restore version 9/ })
        .isDisabled(),
    ).toBe(true);
    await rows
      .first()
      .getByRole('button', { name: /^sha256 / })
      .click();
    const hash = at.server.state.workbooks.find(({ book }) => book.name === 'Budget 2026')?.versions[0]?.sha256;
    expect(await at.page.evaluate('navigator.clipboard.readText()')).toBe(hash);
    await rows.first().getByRole('button', { name: 'Everything about version 12' }).click();
    await rows.first().getByText('canonical-1:zip:').waitFor();
    const download = at.page.waitForEvent('download');
    await rows.first().getByRole('link', { name: 'Download version 12' }).click();
    expect((await download).suggestedFilename()).toBe('Budget 2026 v12.xlsx');
    await at.end();
  });

  test('restores an old version as a new one, after saying what happens', async () => {
    const at = await lab.visit(BUDGET);
    await at.page.getByRole('button', { name: 'Restore version 7 as a new version' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'Restore version 7' });
    expect(await dialog.innerText()).toMatch(/Version 13 is made[\s\S]*Nothing is lost: versions 8 to 12 stay/);
    expect(await axeFindings(at.page)).toEqual([]);
    expect(at.server.calls.some((call) => call.endsWith('/restore'))).toBe(false);
    await dialog.getByRole('button', { name: 'Restore as version 13' }).click();
    await arrived(at.page, 'Version 13 has the bytes of version 7 now.');
    await at.page.getByRole('heading', { level: 1, name: /13 versions of/ }).waitFor();
    await at.end();
  });

  test('compares two picked versions under an address of its own, and Escape leads back', async () => {
    const at = await lab.visit(BUDGET);
    await at.page.getByLabel('Pick version 12 for').check();
    await at.page.getByLabel('Pick version 10 for').check();
    await at.page.getByRole('button', { name: 'Compare 10 with 12' }).click();
    await at.page.waitForURL((url) => url.search === '?from=10&to=12');
    await at.page.getByRole('heading', { level: 1, name: '37 cells differ version 10 → 12' }).waitFor();
    await at.page.keyboard.press('Escape');
    await at.page.getByRole('heading', { level: 1, name: /versions of/ }).waitFor();
    await at.end();
  });

  test('shows a comparison from its address: sheets, cells with shape, word and formulas', async () => {
    const at = await lab.visit(`${BUDGET}?from=10&to=12`);
    const table = at.page.getByRole('table', { name: 'Changed cells' });
    await table.getByRole('row').nth(5).waitFor();
    expect(await table.innerText()).toMatch(/added[\s\S]*accrual, see note 4/);
    expect(await table.locator('code').first().innerText()).toBe('=B4/B5');
    await table.getByRole('button').first().focus();
    await at.page.keyboard.press('ArrowDown');
    expect(await at.page.evaluate('document.activeElement.dataset.rowButton')).toBe('1');
    await at.goTo(`${BUDGET}?from=2&to=8`);
    await arrived(at.page, 'This list is cut');
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    await at.page.getByRole('button', { name: 'FX rates' }).click();
    await arrived(at.page, 'Cells of FX rates');
    expect(new URL(at.page.url()).searchParams.get('sheet')).toBe('FX rates');
    await at.goTo(`${BUDGET}?from=9&to=12`);
    await arrived(at.page, 'Version 9: it is in quarantine');
    await at.end();
  });

  test('gives the time range back after a comparison', async () => {
    const at = await lab.visit('/logs?from=-7d');
    await at.page.getByRole('link', { name: 'Workbooks' }).first().click();
    await at.page.getByRole('link', { name: 'Budget 2026' }).click();
    await at.page.getByRole('link', { name: 'What version 12 changed' }).click();
    await arrived(at.page, 'cells differ');
    await at.page.getByRole('link', { name: 'Logs' }).first().click();
    await at.page.waitForURL((url) => url.pathname === '/logs');
    expect(new URL(at.page.url()).searchParams.get('from')).toBe('-7d');
    await at.end();
  });

  test('says each state of a zone in words, what the scrub found, and that eleven nines are not reached', async () => {
    const at = await lab.visit('/vault');
    await at.page.getByRole('heading', { level: 1, name: '9.5 nines of durability eleven are not reached' }).waitFor();
    const zone = (name: string) =>
      at.page.getByRole('listitem').filter({ has: at.page.getByRole('heading', { name }) });
    expect(await zone('disk-a').innerText()).toContain('in step');
    expect(await zone('disk-b').innerText()).toMatch(/behind[\s\S]*rack-2[\s\S]*41/);
    expect(await zone('remote-s3').innerText()).toMatch(/comparing\s*remote/);
    expect(await zone('cellar').innerText()).toMatch(/away[\s\S]*ECONNREFUSED[\s\S]*may shorten a lock/);
    await arrived(at.page, 'This vault does not keep eleven nines.');
    await arrived(at.page, 'add one zone in another failure domain (13.3 nines)');
    expect(await at.page.getByRole('row').filter({ hasText: 'lock short' }).innerText()).toContain('not mended');
    expect(await at.page.getByRole('row').filter({ hasText: '1.57 %' }).first().innerText()).toContain('assumed');
    at.server.state.reachesEleven = true;
    await at.page.keyboard.press('r');
    await at.page.getByRole('heading', { level: 1, name: '13.3 nines of durability eleven are reached' }).waitFor();
    await at.end();
  });

  test('scrubs on request, for those who may', async () => {
    const at = await lab.visit('/vault', { mode: 'empty' });
    await arrived(at.page, 'No copy has been read back yet.');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.page.getByRole('button', { name: 'Scrub now' }).click();
    await arrived(at.page, 'Last pass ended');
    await at.end();
    const reader = await lab.visit('/vault', { roles: ['responder'] });
    await arrived(reader.page, 'nines of durability');
    expect(await reader.page.getByRole('button', { name: 'Scrub now' }).count()).toBe(0);
    await reader.end();
  });

  test('is reached by keyboard, palette and navigation, and not offered to those who may not', async () => {
    const at = await lab.visit('/trust');
    await arrived(at.page, 'of 17 promises');
    await at.page.keyboard.type('gw');
    await at.page.waitForURL((url) => url.pathname === '/workbooks');
    await at.page.getByRole('link', { name: 'Budget 2026' }).waitFor();
    await at.page.keyboard.type('gv');
    await at.page.waitForURL((url) => url.pathname === '/vault');
    await at.page.keyboard.press('Control+k');
    await at.page.keyboard.type('headcount');
    await at.page.keyboard.press('Enter');
    await at.page.getByRole('heading', { level: 1, name: /Headcount \/ HR plan/ }).waitFor();
    await at.end();
    const viewer = await lab.visit('/trust', { roles: ['viewer'] });
    await arrived(viewer.page, 'of 17 promises');
    expect(await viewer.page.getByRole('link', { name: 'Vault' }).count()).toBe(0);
    await viewer.end();
  });

  test('shows failures with code and hint', async () => {
    const at = await lab.visit('/vault', { mode: 'failing' });
    await arrived(at.page, 'telemetry.engine-unavailable');
    await at.goTo('/workbooks');
    await arrived(at.page, 'telemetry.engine-unavailable');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.end();
  });

  for (const [what, context] of [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 844 } }],
  ] as const)
    test(`has nothing that axe finds wrong and breaks no content security policy, ${what}`, async () => {
      const at = await lab.visit('/workbooks', { context });
      const width = at.page.viewportSize()?.width;
      for (const [address, text] of PAGES) {
        await at.goTo(address);
        await arrived(at.page, text);
        expect(await axeFindings(at.page), address).toEqual([]);
        expect(await at.page.evaluate('document.documentElement.scrollWidth'), address).toBeLessThanOrEqual(width ?? 0);
      }
      expect(at.troubles).toEqual([]);
      await at.end();
    });
});
