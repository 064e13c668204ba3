import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { letFirstEventArrive } from '../../console/dev/fake-projects.ts';
import { axeFindings, hasBrowser, type Lab, openLab, type Visit } from './browser.ts';

/** Each page by the text that shows that it has arrived. */
const PAGES: readonly (readonly [address: string, arrived: string])[] = [
  ['/issues', 'shop.payments.gateway in charge'],
  ['/issues/101', 'gateway answered without a charge'],
  ['/issues/102', 'its source map is not here'],
  ['/issues/101?tab=events', 'Of the chosen time, newest first.'],
  ['/issues/101?tab=tags', 'Samsung Internet'],
  ['/issues/101?tab=hashes', '0b8de2a7c4415f96b3e07a1c9d2f6e58'],
  ['/feedback', 'Was I charged?'],
  ['/releases', 'web@2026.11.2'],
  ['/releases/web%402026.11.3', '99.87 %'],
  ['/releases/web%402026.11.3?tab=artifacts', '4 files'],
  ['/crons', 'of 4 jobs fail'],
  ['/crons/1.nightly-backup', 'missed after 5 min'],
  ['/projects', 'waiting for the first'],
  ['/projects/new', 'What it is made with'],
  ['/projects/web', 'Copy the DSN'],
  ['/projects/shop?tab=outcomes', 'discarded by SDKs'],
  ['/projects/shop?tab=alerts', 'Checkout breaks for many'],
  ['/projects/shop?tab=grouping', 'Fingerprint rules'],
  ['/projects/shop?tab=limits', 'Errors per minute'],
  ['/projects/shop?tab=keys', 'Deactivate…'],
  ['/projects/web?tab=source-maps', 'Make a key for uploads'],
  ['/projects/shop?tab=general', 'Delete the project'],
];

/** Those whose narrow layout is another one. */
const ON_PHONE = new Set([
  '/issues',
  '/issues/101',
  '/issues/101?tab=tags',
  '/releases',
  '/releases/web%402026.11.3',
  '/crons',
  '/crons/1.nightly-backup',
  '/projects/web',
  '/projects/shop?tab=limits',
  '/projects/shop?tab=keys',
]);

const arrived = (page: Page, text: string) =>
  page
    .getByText(new RegExp(text.replace(/[.*+?^${}()[\]\\]/g, '\\$&')))
    .filter({ visible: true })
    .first()
    .waitFor();
const search = ({ page }: Visit): URLSearchParams => new URL(page.url()).searchParams;
const rows = ({ page }: Visit) => page.locator('tr[data-issue]');

describe.skipIf(!hasBrowser)('errors (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test.each([
    ['dark', 1280],
    ['light', 390],
  ] as const)(
    'have pages in which axe finds nothing wrong and that are not wider than the screen, %s, %i px',
    { timeout: 120_000 },
    async (colorScheme, width) => {
      const at = await lab.visit('/issues', { context: { colorScheme, viewport: { width, height: 860 } } });
      const found: string[] = [];
      for (const [address, text] of width > 1000 ? PAGES : PAGES.filter(([page]) => ON_PHONE.has(page))) {
        await at.goTo(address);
        await arrived(at.page, text);
        found.push(...(await axeFindings(at.page)).map((finding) => `${address}: ${finding}`));
        const shown = Number(await at.page.evaluate('document.documentElement.scrollWidth'));
        if (shown > width) found.push(`${address} is ${shown} px wide`);
      }
      expect(found).toEqual([]);
      expect(at.troubles).toEqual([]);
      await at.end();
    },
  );

  test('the list is gone through, selected and opened by keys alone', async () => {
    const at = await lab.visit('/trust');
    await arrived(at.page, 'of 17 promises');
    await at.page.keyboard.press('g');
    await at.page.keyboard.press('i');
    await rows(at).first().waitFor();
    for (const key of ['j', 'x', 'j', 'x']) await at.page.keyboard.press(key);
    await arrived(at.page, '2 issues selected');
    await at.page.keyboard.press('Escape');
    await expect.poll(() => at.page.getByText('issues selected').count()).toBe(0);
    await at.page.keyboard.press('k');
    await at.page.keyboard.press('Enter');
    await at.page.waitForURL((url) => url.pathname === '/issues/101');
    await at.end();
  });

  test('a query is completed while it is typed, and the address holds it', async () => {
    const at = await lab.visit('/issues');
    await rows(at).first().waitFor();
    const box = at.page.getByRole('combobox', { name: 'Search issues' });
    await box.fill('is:unresolved lev');
    await at.page.getByRole('option', { name: /^level:/ }).click();
    await at.page.getByRole('option', { name: 'level:warning' }).click();
    await box.press('Enter');
    await at.page.waitForURL((url) => url.searchParams.get('q') === 'is:unresolved level:warning');
    await expect.poll(() => rows(at).count()).toBe(2);
    await at.page.getByRole('button', { name: /^Resolved/ }).click();
    await at.page.waitForURL((url) => url.searchParams.get('q') === 'is:resolved');
    await arrived(at.page, 'division by zero');
    await at.end();
  });

  test('several issues are resolved at once, ignored until something, and merged by a plan', async () => {
    const at = await lab.visit('/issues');
    await rows(at).first().waitFor();
    expect(await rows(at).count()).toBe(8);
    await at.page.getByLabel('Select SHOP-22').check();
    await at.page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await expect.poll(() => rows(at).count()).toBe(7);
    await at.page.getByLabel('Select SHOP-V').check();
    await at.page.getByRole('button', { name: 'Ignore', exact: true }).click();
    await at.page.getByRole('menuitem', { name: 'Until…' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'Ignore SHOP-V' });
    await dialog.getByLabel('Or so many more events').fill('some');
    await dialog.getByText('Write a whole number above zero.').waitFor();
    await dialog.getByLabel('Or so many more events').fill('500');
    await dialog.getByText('Ignored until it happens 500 more times.').waitFor();
    expect(await axeFindings(at.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Ignore' }).click();
    await expect.poll(() => rows(at).count()).toBe(6);
    await at.page.getByLabel('Select WEB-16').check();
    await at.page.getByLabel('Select WEB-1R').check();
    await at.page.getByRole('button', { name: 'Merge…' }).click();
    await arrived(at.page, 'No event is rewritten');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.page.getByRole('button', { name: /^Merge into/ }).click();
    await expect.poll(() => rows(at).count()).toBe(5);
    await at.end();
  });

  test('an event shows its cause, its source, its locals and never a secret', async () => {
    const at = await lab.visit('/issues/101');
    await arrived(at.page, 'stripe-access-token');
    expect(await at.page.getByText('[redacted:').count()).toBe(0);
    await at.page.getByRole('button', { name: '2 frames of libraries' }).click();
    await arrived(at.page, 'django/core/handlers/base.py');
    await at.page.getByRole('button', { name: 'Oldest first' }).click();
    expect(await at.page.getByRole('heading', { level: 3 }).first().innerText()).toBe('HTTPError');
    await at.page.getByRole('button', { name: 'Why is this here how it was grouped' }).click();
    await arrived(at.page, '7f3c9a1e5b2d48c6a90e1f7d3b5c8a24');
    await at.page.getByRole('button', { name: 'Everything' }).click();
    await arrived(at.page, 'ignored because it is not in app');
    await at.page.getByLabel('Find in the breadcrumbs').fill('503');
    await expect.poll(() => at.page.getByRole('region', { name: 'Breadcrumbs' }).getByRole('listitem').count()).toBe(1);
    expect(await at.page.getByRole('link', { name: 'Trace', exact: true }).getAttribute('href')).toContain(
      '/traces/4bf92f3577b34da6a3ce929d0e0e4736',
    );
    await at.page.keyboard.press('Escape');
    await at.page.locator('h1').click();
    await at.page.keyboard.press('ArrowLeft');
    await at.page.waitForURL((url) => url.searchParams.get('event')?.endsWith('1') === true);
    await at.end();
  });

  test('an issue is assigned, commented, and a part of it taken out again', async () => {
    const at = await lab.visit('/issues/102');
    await at.page.getByRole('button', { name: 'Assignee: nobody' }).click();
    await at.page.getByRole('menuitem', { name: 'Tom Okafor' }).click();
    await at.page.getByRole('button', { name: 'Assignee: Tom Okafor' }).waitFor();
    await at.page.getByLabel('Comment').fill('The new basket is empty at first.');
    await at.page.getByRole('button', { name: 'Comment', exact: true }).click();
    await arrived(at.page, 'The new basket is empty at first.');
    await at.page.getByRole('button', { name: 'Hashes' }).click();
    await at.page.getByLabel('Choose 0b8de2a7c4415f96b3e07a1c9d2f6e58').check();
    await at.page.getByRole('button', { name: 'Take out…' }).click();
    await arrived(at.page, 'become an issue of their own');
    await at.page.getByRole('button', { name: 'Make it an issue of its own' }).click();
    await at.page.waitForURL((url) => url.pathname.startsWith('/issues/') && url.search === '');
    await at.end();
  });

  test('the first project leads to its DSN in every snippet, and changes by itself with the first event', async () => {
    const at = await lab.visit('/issues', { mode: 'empty' });
    await arrived(at.page, 'No application tells its errors yet');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.page.getByRole('button', { name: 'Create the first project' }).click();
    await at.page.getByLabel('Name').fill('Checkout API');
    await at.page.getByText('FastAPI', { exact: true }).click();
    at.server.state.mode = 'full';
    await at.page.getByRole('button', { name: 'Create the project' }).click();
    await at.page.waitForURL((url) => url.pathname === '/projects/checkout-api');
    expect(search(at).get('sdk')).toBe('fastapi');
    await arrived(at.page, 'Waiting for the first event of Checkout API');
    const dsn = (await at.page.locator('code').filter({ hasText: '@127.0.0.1' }).first().innerText()).trim();
    await at.page.getByRole('button', { name: 'Go', exact: true }).click();
    await expect.poll(() => at.page.getByRole('group', { name: 'Go: main.go' }).innerText()).toContain(dsn);
    letFirstEventArrive(at.server.state, 'checkout-api');
    await arrived(at.page, 'arrived in the last day');
    await at.end();
  });

  test('grouping rules are tried on stored events before they can be saved', async () => {
    const at = await lab.visit('/projects/shop?tab=grouping');
    const rules = at.page.getByLabel('Fingerprint rules');
    await rules.fill('error.type:ChunkLoadError => chunk');
    await at.page.getByRole('button', { name: /^Try on/ }).click();
    await arrived(at.page, 'Line 1, column 8: a rule needs ->');
    expect(await at.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await rules.fill('error.type:ChunkLoadError -> chunk');
    await at.page.getByRole('button', { name: /^Try on/ }).click();
    await arrived(at.page, '1 of 31 issues would fall apart, 2 would come together');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.page.getByRole('button', { name: 'Save' }).click();
    await arrived(at.page, 'New events follow these rules');
    await at.end();
  });

  test('an alert rule is tried on the last day, and a schedule says its next times', async () => {
    const at = await lab.visit('/projects/shop?tab=alerts');
    await at.page.getByRole('button', { name: 'New rule' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'New alert rule' });
    await dialog.getByLabel('Name').fill('Payments');
    await dialog.getByRole('button', { name: 'Try on the last day' }).click();
    await dialog.getByText('It would have fired 1 time').waitFor();
    expect(await axeFindings(at.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await at.page.getByRole('heading', { name: 'Payments' }).waitFor();
    await at.goTo('/crons');
    await at.page.getByRole('button', { name: 'New monitor' }).click();
    await arrived(at.page, 'Next: 2');
    await at.page.getByLabel('Crontab').fill('0 3 *');
    await arrived(at.page, '0 3 * is no crontab');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.end();
  });

  test('who may only read sees everything and can change nothing', async () => {
    const at = await lab.visit('/issues', { roles: ['viewer'] });
    await rows(at).first().waitFor();
    expect(await at.page.getByRole('checkbox').count()).toBe(0);
    await at.goTo('/issues/101');
    await arrived(at.page, 'gateway answered without a charge');
    expect(await at.page.getByRole('button', { name: 'Resolve' }).count()).toBe(0);
    await at.goTo('/projects');
    await arrived(at.page, 'Stock service');
    expect(await at.page.getByRole('button', { name: 'New project' }).count()).toBe(0);
    await at.end();
  });
});
