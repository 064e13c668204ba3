import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, type Lab, openLab } from './browser.ts';

describe.skipIf(!hasBrowser)('the trust page (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test('answers whether the promises are kept: number, states in words, reason and measurement', async () => {
    const at = await lab.visit('/');
    await at.page.getByRole('heading', { level: 1, name: '3 of 17 promises proven' }).waitFor();
    const row = (id: string) => at.page.locator(`li#${id}`);
    expect(await row('M1').innerText()).toMatch(/proven[\s\S]*proven \d+ s ago/);
    expect(await row('M1').innerText()).toContain('Canary record found by search');
    expect(await row('M4').innerText()).toMatch(/No measurement covers this promise[\s\S]*unproven[\s\S]*never proven/);
    expect(await row('M8').innerText()).toMatch(
      /3 partitions of \/app\/payments[\s\S]*broken[\s\S]*last proven 1 d ago/,
    );
    expect(await at.page.locator('ol > li[id]').count()).toBe(17);
    await at.end();
  });

  test('puts what is broken before everything else', async () => {
    const at = await lab.visit('/trust');
    await at.page.getByRole('button', { name: /M8 Retention and access is broken/ }).click();
    await at.page.getByRole('dialog', { name: 'M8 Retention and access' }).waitFor();
    await at.end();
  });

  test('is green nowhere before anything was measured', async () => {
    const at = await lab.visit('/trust', { mode: 'empty' });
    await at.page.getByRole('heading', { level: 1, name: '0 of 17 promises proven' }).waitFor();
    expect(await at.page.locator('ol > li[id]').getByText('proven', { exact: true }).count()).toBe(0);
    expect(await at.page.locator('li#M1').innerText()).toContain('Not measured yet.');
    await at.end();
  });

  test('opens the evidence with a click, down to the raw proof, and each step has an address', async () => {
    const at = await lab.visit('/trust');
    await at.page.getByRole('button', { name: /^Logs of all applications/ }).click();
    const drawer = at.page.getByRole('dialog', { name: 'M1 Central logs' });
    await drawer.getByText('canary-log-found').waitFor();
    await drawer.locator('.u-wrap canvas').first().waitFor();
    await drawer.getByRole('row').nth(1).getByRole('button').click();
    await drawer.getByText('"foundAfterMs"').waitFor();
    const address = at.page.url();
    expect(new URL(address).searchParams.get('promise')).toBe('M1');
    await at.page.goto('about:blank');
    await at.page.goto(address);
    await at.page.getByRole('dialog', { name: 'M1 Central logs' }).getByText('"foundAfterMs"').waitFor();
    await at.page.keyboard.press('Escape');
    await at.page.waitForURL((url) => !url.searchParams.has('promise'));
    expect(at.troubles).toEqual([]);
    await at.end();
  });

  test('measures now on request and reads the evidence again', async () => {
    const at = await lab.visit('/trust?promise=M9');
    const before = at.server.calls.filter((call) => call === 'GET /trust/proofs').length;
    await at.page.getByRole('button', { name: 'Measure now' }).click();
    await expect.poll(() => at.server.calls).toContain('POST /trust/probes/planted-secrets-masked/run');
    await expect
      .poll(() => at.server.calls.filter((call) => call === 'GET /trust/proofs').length)
      .toBeGreaterThan(before);
    await at.end();
  });

  test('offers no measuring to those who may not', async () => {
    const at = await lab.visit('/trust', { roles: ['viewer'] });
    await at.page.getByRole('button', { name: /^Logs of all applications/ }).click();
    await at.page.getByRole('dialog').getByText('canary-log-found').waitFor();
    expect(await at.page.getByRole('button', { name: 'Measure now' }).count()).toBe(0);
    await at.end();
  });

  test('prints the sentences with exact times and without the controls', async () => {
    const at = await lab.visit('/trust', { context: { colorScheme: 'dark' } });
    await at.page.getByText('of 17 promises').waitFor();
    await at.page.emulateMedia({ media: 'print' });
    expect(await at.page.getByRole('navigation', { name: 'Pages' }).first().isVisible()).toBe(false);
    expect(await at.page.getByRole('button', { name: 'Command palette' }).isVisible()).toBe(false);
    expect(await at.page.locator('li#M1').innerText()).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\+01:00/);
    expect(await at.page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await at.page.getByText(/Printed from http:/).isVisible()).toBe(true);
    await at.end();
  });
});
