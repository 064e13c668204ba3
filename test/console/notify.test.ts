import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, hasBrowser, type Lab, openLab } from './browser.ts';

const CHECKOUT = '/alerts/alarm%3Acheckout-errors';

/** Each page by the text that shows that it has arrived. */
const PAGES: readonly (readonly [address: string, arrived: string])[] = [
  ['/alerts', 'More than 2 % of checkouts fail'],
  ['/alerts?state=resolved', 'The restore drill of orders'],
  ['/alerts?severity=info', 'Nothing fires'],
  [CHECKOUT, 'Look at the newest release first'],
  ['/alerts/nothing', 'notify.alert-not-found'],
  ['/alerts/silences', 'load test on staging'],
  ['/alerts/channels', 'HTTP 403: invalid routing key'],
];

const arrived = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor();

describe.skipIf(!hasBrowser)('alerts and channels (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test('tells how many alerts need somebody, and acknowledges one with a note', async () => {
    const at = await lab.visit('/alerts');
    await at.page.getByRole('heading', { level: 1, name: /^3 alerts need somebody/ }).waitFor();
    await at.page.getByRole('button', { name: 'Acknowledge More than 2 % of checkouts fail' }).click();
    await at.page.getByLabel('Note for the others').fill('rolling back');
    await at.page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await at.page.getByRole('heading', { level: 1, name: /^2 alerts need somebody/ }).waitFor();
    await at.page.getByRole('link', { name: 'More than 2 % of checkouts fail' }).click();
    await arrived(at.page, '“rolling back”');
    expect(at.server.calls).toContain('POST /alerts/alarm%3Acheckout-errors/acknowledge');
    await at.end();
  });

  test('shows what a silence would hold back before it does, and ends one', async () => {
    const at = await lab.visit(CHECKOUT);
    await at.page.getByRole('button', { name: 'Silence…' }).click();
    await arrived(at.page, '1 firing alert would be held back.');
    await at.page.getByLabel('Which').fill('no condition');
    await arrived(at.page, 'is no condition of the form label=value');
    expect(await at.page.getByRole('button', { name: 'Silence them' }).isDisabled()).toBe(true);
    await at.page.getByLabel('Which').fill('service=nothing');
    await arrived(at.page, 'Nothing that fires now matches');
    await at.page.getByLabel('Why').fill('planned work');
    await at.page.getByRole('button', { name: 'Silence them' }).click();
    await at.page.getByRole('link', { name: 'Silences' }).click();
    await at.page.getByRole('button', { name: 'End the silence: planned work' }).click();
    const row = at.page.getByRole('row').filter({ hasText: 'planned work' });
    await row.getByText('by mira@example.com').waitFor();
    await at.end();
  });

  test('says in the words of the other side what came of a test', async () => {
    const at = await lab.visit('/alerts/channels');
    await at.page.getByRole('button', { name: 'Send a test by pager' }).click();
    await arrived(at.page, 'The test did not arrive');
    await at.page.getByRole('button', { name: 'Send a test by chat' }).click();
    await arrived(at.page, 'The test was taken after 187 ms');
    await at.end();
  });

  test('shows the signing secret of a new webhook once, and not without a deliberate click', async () => {
    const at = await lab.visit('/alerts/channels', { mode: 'empty' });
    await arrived(at.page, 'There is no way to anybody yet.');
    await at.page.getByRole('button', { name: 'Add a channel' }).click();
    await at.page.getByLabel('Name').fill('hook');
    await at.page.getByLabel('Type').selectOption('webhook');
    await at.page.getByRole('textbox', { name: 'Address' }).fill('https://hooks.example.com/secret-path');
    await at.page.getByRole('button', { name: 'Add the channel' }).click();
    await arrived(at.page, 'kT9wQz4mVb7rXc2nHd5s');
    await at.page.keyboard.press('Escape');
    await arrived(at.page, 'kT9wQz4mVb7rXc2nHd5s');
    await at.page.getByRole('button', { name: 'I have stored it' }).click();
    await arrived(at.page, 'https://hooks.example.com/…');
    expect(await at.page.content()).not.toContain('secret-path');
    await at.end();
  });

  test('offers a reader nothing that would be refused', async () => {
    const at = await lab.visit('/alerts', { roles: ['security'] });
    await arrived(at.page, 'More than 2 % of checkouts fail');
    expect(await at.page.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0);
    await at.goTo('/alerts/channels');
    await arrived(at.page, 'invalid routing key');
    expect(await at.page.getByRole('button', { name: /test|Remove|Add|Edit|watcher/ }).count()).toBe(0);
    await at.end();
  });

  test('says before the first channel that nobody is told', async () => {
    const at = await lab.visit('/alerts', { mode: 'empty' });
    await arrived(at.page, 'Nobody is told of anything yet.');
    await arrived(at.page, 'Nothing fires.');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.end();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has nothing that axe finds wrong, ${colorScheme}`, async () => {
      const at = await lab.visit('/alerts', { context: { colorScheme } });
      for (const [address, text] of PAGES) {
        await at.goTo(address);
        await arrived(at.page, text);
        expect(await axeFindings(at.page), address).toEqual([]);
      }
      expect(at.troubles).toEqual([]);
      await at.end();
    });
  }

  test('is not wider than a phone', async () => {
    const at = await lab.visit('/alerts', { context: { viewport: { width: 390, height: 844 } } });
    for (const [address, text] of PAGES) {
      await at.goTo(address);
      await arrived(at.page, text);
      expect(await at.page.evaluate('document.documentElement.scrollWidth'), address).toBeLessThanOrEqual(390);
    }
    await at.end();
  });
});
