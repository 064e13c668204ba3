import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, type Lab, openLab } from './browser.ts';

const path = (page: Page): string => new URL(page.url()).pathname;

const signIn = async (page: Page, password: string): Promise<void> => {
  await page.getByLabel('E-mail address').fill('mira@example.com');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

describe.skipIf(!hasBrowser)('the shell (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test('lets nobody in with a wrong password, says so, and asks to wait after too many', async () => {
    const at = await lab.visit('/trust', { signedIn: false });
    await signIn(at.page, 'wrong');
    await at.page.getByText('do not belong together').waitFor();
    expect(at.server.calls.filter((call) => call === 'GET /trust')).toEqual([]);
    await signIn(at.page, 'wrong');
    await signIn(at.page, 'wrong');
    await signIn(at.page, 'wrong');
    await at.page.getByText('Too many attempts.').waitFor();
    expect(await at.page.getByRole('button', { name: /Wait 4\d s/ }).isDisabled()).toBe(true);
    at.server.state.failedSignIns = 0;
    await at.end();
  });

  test('opens the page that was asked for once somebody has signed in, and closes it with the session', async () => {
    const at = await lab.visit('/settings/system', { signedIn: false });
    await signIn(at.page, 'correct horse battery');
    await at.page.getByText('chDB').waitFor();
    expect(path(at.page)).toBe('/settings/system');
    await at.page.getByRole('button', { name: 'Sign out' }).first().click();
    await at.page.getByRole('heading', { name: 'Sign in to Holdfast' }).waitFor();
    expect(await at.page.getByText('chDB').count()).toBe(0);
    await at.end();
  });

  test('shows nothing before the generated password has been replaced by a good one', async () => {
    const at = await lab.visit('/trust', { signedIn: false });
    at.server.state.mustChangePassword = true;
    await signIn(at.page, 'correct horse battery');
    await at.page.getByLabel('Present password').fill('correct horse battery');
    await at.page.getByLabel('New password', { exact: true }).fill('short');
    await at.page.getByLabel('New password again').fill('short');
    await at.page.getByRole('button', { name: 'Change the password' }).click();
    await at.page.getByText('at least 12 characters; this has 5').waitFor();
    await at.page.getByLabel('New password', { exact: true }).fill('seven grey herons wade');
    await at.page.getByLabel('New password again').fill('seven grey herons wade');
    await at.page.getByRole('button', { name: 'Change the password' }).click();
    await at.page.getByText('of 17 promises').waitFor();
    expect(at.server.state.password).toBe('seven grey herons wade');
    await at.end();
  });

  test('keeps the page when the session ends, and goes on after signing in again', async () => {
    const at = await lab.visit('/settings/redaction');
    const box = at.page.getByLabel('A line of a log');
    await box.fill('half written');
    at.server.state.signedIn = false;
    await at.page.getByRole('button', { name: 'Mask it' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel('Password').fill('correct horse battery');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await box.inputValue()).toBe('half written');
    await at.end();
  });

  test('goes everywhere by keys, and not while somebody types', async () => {
    const at = await lab.visit('/trust');
    await at.page.getByText('of 17 promises').waitFor();
    for (const [key, to] of [
      ['l', '/logs'],
      ['s', '/settings/log-groups'],
      ['m', '/explorer'],
      ['a', '/alarms'],
      ['u', '/settings/audit'],
      ['t', '/trust'],
    ] as const) {
      await at.page.keyboard.press('g');
      await at.page.keyboard.press(key);
      await at.page.waitForURL((url) => url.pathname === to);
    }
    await at.goTo('/settings/audit');
    await at.page.getByLabel('Who', { exact: true }).click();
    await at.page.keyboard.type('g t u ?');
    expect(await at.page.getByLabel('Who', { exact: true }).inputValue()).toBe('g t u ?');
    expect(path(at.page)).toBe('/settings/audit');
    await at.end();
  });

  test('leads the keyboard past the navigation by the skip link', async () => {
    const at = await lab.visit('/trust');
    await at.page.getByText('of 17 promises').waitFor();
    await at.page.keyboard.press('Tab');
    expect(await at.page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await at.page.keyboard.press('Enter');
    expect(await at.page.evaluate('document.activeElement.id')).toBe('content');
    await at.end();
  });

  test('finds pages, promises and log groups in the command palette', async () => {
    const at = await lab.visit('/logs');
    await at.page.getByRole('button', { name: /^Record 1,/ }).waitFor();
    await at.page.keyboard.press('Control+k');
    await at.page.keyboard.type('logs of nginx');
    await at.page.keyboard.press('Enter');
    await at.page.waitForURL((url) => url.searchParams.get('group') === '/edge/nginx');
    await at.page.keyboard.press('Control+k');
    await at.page.keyboard.type('audit');
    await at.page.keyboard.press('Enter');
    await at.page.waitForURL((url) => url.pathname === '/settings/audit');
    await at.end();
  });

  test('switches every time between local and UTC by one key and remembers it', async () => {
    const at = await lab.visit('/settings/system');
    const started = at.page.locator('dt:text-is("Started") + dd');
    const local = await started.innerText();
    await at.page.keyboard.press('u');
    const utc = await started.innerText();
    expect(Date.parse(`${utc}Z`)).toBe(Date.parse(`${local}+01:00`));
    await at.page.reload();
    expect(await started.innerText()).toBe(utc);
    await at.end();
  });

  test('can have its single-letter keys turned off', async () => {
    const at = await lab.visit('/trust');
    await at.page.getByText('of 17 promises').waitFor();
    await at.page.keyboard.press('?');
    await at.page.getByLabel(/Single-letter keys on/).uncheck();
    await at.page.keyboard.press('Escape');
    await at.page.getByRole('dialog').waitFor({ state: 'detached' });
    await at.page.keyboard.press('?');
    await at.page.keyboard.press('Control+k');
    await at.page.getByRole('dialog', { name: 'Command palette' }).waitFor();
    expect(await at.page.getByRole('dialog', { name: 'Keyboard' }).count()).toBe(0);
    await at.end();
  });

  test('follows the system theme until one is chosen, and then keeps it without a flash of the other', async () => {
    const at = await lab.visit('/trust', { context: { colorScheme: 'dark' } });
    const background = (): Promise<unknown> =>
      at.page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    await at.page.getByText('of 17 promises').waitFor();
    const dark = await background();
    await at.page.getByRole('button', { name: 'Theme' }).click();
    await at.page.getByRole('menuitemradio', { name: 'Light' }).click();
    expect(await background()).not.toBe(dark);
    const light = await background();
    await at.goTo('/theme.js');
    await at.page.goto(`${at.server.url}/logs`, { waitUntil: 'commit' });
    await at.page.waitForSelector('#root', { state: 'attached' });
    expect(await at.page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    await at.page.getByRole('heading', { name: 'Logs' }).waitFor({ state: 'attached' });
    expect(await background()).toBe(light);
    await at.end();
  });

  test('carries the time range from page to page in the address', async () => {
    const at = await lab.visit('/logs');
    await at.page.getByRole('button', { name: /Time range/ }).click();
    await at.page.getByRole('button', { name: 'last 24 hours' }).click();
    await at.page.waitForURL((url) => url.searchParams.get('from') === '-24h');
    await at.page.getByRole('link', { name: 'Trust' }).first().click();
    await at.page.waitForURL((url) => url.pathname === '/trust' && url.searchParams.get('from') === '-24h');
    await at.page.getByRole('button', { name: 'Time range: last 24 hours' }).click();
    await at.page.getByLabel(/^From/).fill('yesterday');
    await at.page.getByRole('button', { name: 'Show', exact: true }).click();
    await at.page.getByText('From is no time.').waitFor();
    await at.page.getByLabel(/^From/).fill('2026-11-22 10:00');
    await at.page.getByLabel('To', { exact: true }).fill('2026-11-22 11:30');
    await at.page.getByRole('button', { name: 'Show', exact: true }).click();
    await at.page.waitForURL((url) => url.searchParams.get('from') === '2026-11-22T09:00:00.000Z');
    await at.page.getByRole('button', { name: 'Time range: 2026-11-22 10:00 – 11:30' }).waitFor();
    await at.end();
  });

  test('names a failure with its code, its request and what to do, and tries again', async () => {
    const at = await lab.visit('/trust', { mode: 'failing' });
    const alert = at.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('telemetry.engine-unavailable · request req-7f31c2');
    expect(await alert.innerText()).toContain('Look at the disk');
    at.server.state.mode = 'full';
    await alert.getByRole('button', { name: 'Try again' }).click();
    await at.page.getByText('of 17 promises').waitFor();
    await at.end();
  });

  test('says that the server is away instead of showing an empty page', async () => {
    const at = await lab.visit('/trust');
    await at.page.getByText('of 17 promises').waitFor();
    await at.page.context().setOffline(true);
    await at.page.keyboard.press('r');
    await at.page
      .getByText(/server does not answer/)
      .first()
      .waitFor({ timeout: 20_000 });
    await at.end();
  });

  test('loads less than 250 kB compressed before the first page, without the editor and the charts', async () => {
    const { readFileSync, readdirSync } = await import('node:fs');
    const { gzipSync } = await import('node:zlib');
    const at = await lab.visit('/trust');
    await at.page.getByText('of 17 promises').waitFor();
    const loaded = (await at.page.evaluate(
      `performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)`,
    )) as string[];
    const files = [...new Set(loaded)].filter((file) => /\.(js|css)$/.test(file));
    const total = files.reduce((sum, file) => sum + gzipSync(readFileSync(`${lab.dist}${file}`)).length, 0);
    expect(total).toBeLessThan(250_000);
    expect(total).toBeGreaterThan(50_000);
    expect(files.filter((file) => /query-editor|uplot/.test(file))).toEqual([]);
    expect(readdirSync(`${lab.dist}/assets`).filter((file) => /query-editor|uplot/.test(file)).length).toBeGreaterThan(
      0,
    );
    await at.end();
  });
});
