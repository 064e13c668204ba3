import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, hasBrowser, type Lab, openLab } from './browser.ts';

const ORDERS = '/databases/orders';
const HOUR = 3_600_000;

const arrived = (page: Page, text: string | RegExp) => page.getByText(text).filter({ visible: true }).first().waitFor();
const searchOf = (page: Page): URLSearchParams => new URL(page.url()).searchParams;
const pickedMs = (page: Page): number => Date.parse(searchOf(page).get('at') ?? '');
const windowStrip = (page: Page) => page.getByRole('slider', { name: 'Moment to restore, in the last 24 h' });
const at = (agoMs: number): string =>
  encodeURIComponent(new Date(Math.floor((Date.now() - agoMs) / 1000) * 1000).toISOString());

/** Each page by the text that shows that it has arrived. */
const PAGES: readonly (readonly [address: string, arrived: string])[] = [
  ['/databases', 'databases under backup'],
  [`${ORDERS}?at=${at(3 * HOUR)}`, 'The same as a command'],
  [`${ORDERS}?at=${at(15 * HOUR)}`, 'The nearest that can be had'],
  [`${ORDERS}?report=01JD0004`, 'the disk of the drills is full'],
  ['/databases/ledger', 'more than the 5 s that are promised'],
  ['/databases/analytics', 'Nothing can be had back yet.'],
  ['/databases/nothing', 'backup.source-unknown'],
];

describe.skipIf(!hasBrowser)('databases (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test('says of each database how far behind it is, its state in a word, and what is wrong', async () => {
    const { page, end } = await lab.visit('/databases');
    await page.getByRole('heading', { level: 1, name: /^4 databases under backup/ }).waitFor();
    const row = (name: string) =>
      page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) });
    expect(await row('orders').innerText()).toMatch(/^\d\.\d s[\s\S]*behind now[\s\S]*streaming[\s\S]*with 1 gap/);
    expect(await row('ledger').innerText()).toMatch(/26 min[\s\S]*more than promised[\s\S]*disconnected/);
    expect(await row('analytics').innerText()).toMatch(/nothing restorable yet[\s\S]*catching up/);
    expect(await page.getByRole('main').getByRole('listitem').first().innerText()).toMatch(
      /ledger: Stream[\s\S]*ECONNREFUSED/,
    );
    await row('orders').getByRole('link', { name: 'orders' }).click();
    await page.getByRole('heading', { level: 1, name: /orders can be restored to this close to now/ }).waitFor();
    await end();
  });

  test('teaches the SQL and the command before the first database, and adds one', async () => {
    const { page, end } = await lab.visit('/databases', { mode: 'empty' });
    await arrived(page, 'CREATE ROLE holdfast WITH LOGIN REPLICATION');
    await arrived(page, 'bin/holdfast backup add orders');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add a database…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a database' });
    await dialog.getByLabel('Name').fill('Bad Name');
    await dialog.getByLabel('Address').fill('postgresql://holdfast:x@db.example.net/orders');
    await dialog.getByRole('button', { name: 'Add the database' }).click();
    await arrived(page, 'backup.source-invalid');
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByLabel('Name').fill('orders');
    await dialog.getByRole('button', { name: 'Add the database' }).click();
    await page.waitForURL((url) => url.pathname === ORDERS);
    await arrived(page, 'not restorable yet');
    await end();
  });

  test('picks a second by pointer, by keys and by typing, and keeps it in the address', async () => {
    const { page, end } = await lab.visit(ORDERS);
    const strip = windowStrip(page);
    await strip.locator('rect').nth(2).waitFor();
    const box = await strip.boundingBox();
    if (box === null) throw new Error('the strip has no place');
    await page.mouse.move(box.x + box.width * 0.2, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 30, { steps: 4 });
    expect(searchOf(page).has('at')).toBe(false);
    await page.mouse.up();
    await page.waitForURL((url) => url.searchParams.has('at'));
    const first = pickedMs(page);
    expect(Math.abs(Date.now() - first - 0.25 * 25.2 * HOUR)).toBeLessThan(0.5 * HOUR);
    await strip.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => pickedMs(page) - first).toBe(1000);
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => pickedMs(page) - first).toBe(-59_000);
    expect(await strip.getAttribute('aria-valuetext')).toMatch(/^\d{4}-\d\d-\d\d [\d:]{8} UTC\+01:00, restorable$/);
    for (const _ of [1, 2, 3]) await page.keyboard.press('+');
    expect(await page.getByRole('button', { name: '10 min' }).getAttribute('aria-pressed')).toBe('true');
    const [min, max] = await Promise.all(['aria-valuemin', 'aria-valuemax'].map((name) => strip.getAttribute(name)));
    expect(Number(max) - Number(min)).toBeCloseTo(600, -1);
    const typed = new Date(first).toISOString().slice(0, 19);
    await page.getByLabel('Clock of the time').selectOption('utc');
    await page.getByLabel('Time to restore to').fill(typed.replace('T', ' '));
    await page.getByRole('button', { name: 'Pick', exact: true }).click();
    await expect.poll(() => pickedMs(page)).toBe(Date.parse(`${typed}Z`));
    await page.getByLabel('Time to restore to').fill('yesterday');
    await page.getByRole('button', { name: 'Pick', exact: true }).click();
    await arrived(page, /^Write it as/);
    await end();
  });

  test('picks a kept day on the long strip, and a named point by its name', async () => {
    const { page, end } = await lab.visit(ORDERS);
    const strip = page.getByRole('slider', { name: 'Snapshot to restore, of the last 60 days' });
    await strip.focus();
    await page.keyboard.press('Home');
    await arrived(page, /^The snapshot orders-.* as it is$/);
    expect(searchOf(page).get('at')).toMatch(/^snapshot:orders-/);
    await page.getByRole('button', { name: 'before-release-41' }).click();
    await arrived(page, '--name before-release-41');
    await end();
  });

  test('restores after the name is typed, shows how far it is, and can be cancelled', async () => {
    const { page, server, end } = await lab.visit(`${ORDERS}?at=${at(3 * HOUR)}`);
    server.state.backupRunLastsMs = 600_000;
    const panel = page.getByRole('region', { name: 'Restore plan' });
    await panel.getByText('11 min').waitFor();
    expect(await panel.innerText()).toMatch(/602 segments[\s\S]*synchronous_standby_names/);
    const restore = panel.getByRole('button', { name: 'Restore into the folder' });
    await panel.getByLabel('Folder', { exact: true }).fill("/srv/it's here");
    await panel.getByLabel('Port').fill('5544');
    await panel.getByText("--into '/srv/it'\\''s here' --port 5544").waitFor();
    await panel.getByLabel('Type the database’s name').fill('order');
    expect(await restore.isDisabled()).toBe(true);
    expect(server.calls.some((call) => call === 'POST /backup/sources/orders/restore')).toBe(false);
    await panel.getByLabel('Type the database’s name').fill('orders');
    await restore.click();
    await panel.getByRole('progressbar', { name: 'Restore' }).waitFor();
    await panel.getByText(/B\/s, .* left/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Cancel the restore' }).click();
    await arrived(page, 'Restore cancelled.');
    expect(server.state.backupRuns[0]?.run).toMatchObject({ type: 'restore', result: "/srv/it's here" });
    await end();
  });

  test('says of a moment in a gap that it cannot be had, and offers the nearest', async () => {
    const { page, end } = await lab.visit(`${ORDERS}?at=${at(15 * HOUR)}`);
    await arrived(page, 'backup-restore.target-outside');
    expect(await page.getByRole('button', { name: 'Restore into the folder' }).count()).toBe(0);
    await page.getByRole('button', { name: /^Later, / }).click();
    await arrived(page, 'The same as a command');
    await end();
  });

  test('shows drills against their objectives, one in full under its address, and on paper', async () => {
    const { page, end } = await lab.visit(ORDERS);
    await page.getByRole('figure', { name: /^recovery time.* 28 drills/ }).waitFor();
    const row = page.getByRole('group', { name: 'Restore drills' }).getByRole('row').nth(1);
    await row.getByRole('button').click();
    const drawer = page.getByRole('dialog', { name: 'Restore drill of orders' });
    expect(await drawer.innerText()).toMatch(
      /replaying the WAL[\s\S]*page checksums[\s\S]*all 27,787,264 pages are sound/,
    );
    expect(searchOf(page).get('report')).toBe('01JD0000');
    await page.emulateMedia({ media: 'print' });
    await page.getByRole('heading', { level: 1, name: 'Restore drill of orders', includeHidden: true }).waitFor();
    expect(await drawer.isVisible()).toBe(false);
    await end();
  });

  test('proves a chosen second, takes a snapshot and checks, on request', async () => {
    const { page, server, end } = await lab.visit(`${ORDERS}?at=${at(3 * HOUR)}`);
    server.state.backupRunLastsMs = 600_000;
    await page.getByRole('button', { name: 'Prove now…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prove that orders can be restored' });
    expect(await dialog.getByLabel('A chosen second').isChecked()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByLabel('A random kept day').check();
    await dialog.getByRole('button', { name: 'Prove now' }).click();
    await page.getByRole('progressbar', { name: 'Restore drill' }).waitFor();
    await page.getByRole('button', { name: 'Snapshot now' }).click();
    await page.getByRole('progressbar', { name: 'Snapshot', exact: true }).waitFor();
    expect(server.state.backupRuns.map(({ run }) => run.type)).toEqual(['snapshot', 'proof']);
    await page.getByRole('button', { name: 'Check now' }).click();
    const first = page.getByRole('group', { name: 'What the check found' }).getByRole('row').nth(1);
    expect(await first.innerText()).toMatch(/fails[\s\S]*Remote zone[\s\S]*docs\/vault-s3\.md/);
    await end();
  });

  test('ends a backup only after its name is typed', async () => {
    const { page, end } = await lab.visit('/databases/ledger');
    await page.getByRole('button', { name: 'End the backup of ledger…' }).click();
    const dialog = page.getByRole('dialog', { name: 'End the backup of ledger' });
    expect(await dialog.innerText()).toContain('holdfast_ledger on the source is dropped');
    expect(await dialog.getByRole('button', { name: 'End the backup' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type its name').fill('ledger');
    await dialog.getByRole('button', { name: 'End the backup' }).click();
    await page.getByRole('heading', { level: 1, name: /^3 databases/ }).waitFor();
    await end();
  });

  test('offers nobody what would be refused', async () => {
    const viewer = await lab.visit(`${ORDERS}?at=latest`, { roles: ['viewer'] });
    await arrived(viewer.page, 'As a command, with a key that may');
    for (const name of ['Restore into the folder', 'Snapshot now', 'Prove now…', 'End the backup of orders…'])
      expect(await viewer.page.getByRole('button', { name }).count(), name).toBe(0);
    await viewer.end();
    const responder = await lab.visit(ORDERS, { roles: ['responder'] });
    await responder.page.getByRole('button', { name: 'Snapshot now' }).waitFor();
    await responder.page.keyboard.type('gd');
    await responder.page.getByRole('heading', { level: 1, name: /^4 databases/ }).waitFor();
    expect(await responder.page.getByRole('button', { name: 'Add a database…' }).count()).toBe(0);
    await responder.end();
  });

  // All pages once; in the dark and on a phone the two that hold every part.
  for (const [what, context, pages] of [
    ['light', { colorScheme: 'light' }, PAGES],
    ['dark', { colorScheme: 'dark' }, PAGES.slice(0, 2)],
    ['on a phone', { viewport: { width: 390, height: 844 } }, PAGES.slice(0, 2)],
  ] as const)
    test(`has nothing that axe finds wrong and breaks no content security policy, ${what}`, async () => {
      const { page, goTo, troubles, end } = await lab.visit('/databases', { context });
      for (const [address, text] of pages) {
        await goTo(address);
        await arrived(page, text);
        expect(await axeFindings(page), address).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), address).toBeLessThanOrEqual(
          page.viewportSize()?.width ?? 0,
        );
      }
      expect(troubles).toEqual([]);
      await end();
    });
});
