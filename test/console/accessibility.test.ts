import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, hasBrowser, type Lab, openLab } from './browser.ts';

/** Each page by the text that shows that it has arrived. */
const PAGES: readonly (readonly [address: string, arrived: string])[] = [
  ['/trust', 'of 17 promises'],
  ['/trust?promise=M1', 'Canary record found'],
  ['/trust?promise=M4', 'Nothing in this installation measures'],
  ['/logs', '/app/checkout'],
  ['/logs?q=stats%20count(*)%20by%20bin(5m)', 'bin(5m)'],
  ['/logs?q=fliter%20x', 'Unknown command'],
  ['/logs?q=filter%20status%20%3D%20999', 'No record matches'],
  ['/settings/people', 'Mira Holm (you)'],
  ['/settings/keys', 'grafana-read'],
  ['/settings/grants', 'Let somebody read'],
  ['/settings/log-groups', '/edge/nginx'],
  ['/settings/redaction', 'secrets masked'],
  ['/settings/audit?from=-7d', 'StartQuery'],
  ['/settings/system', 'chDB'],
  ['/nowhere', 'There is no such page'],
];

const arrived = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor();

describe.skipIf(!hasBrowser)('every page (needs /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has nothing that axe finds wrong and breaks no content security policy, ${colorScheme}`, async () => {
      const at = await lab.visit('/trust', { context: { colorScheme } });
      for (const [address, text] of PAGES) {
        await at.goTo(address);
        await arrived(at.page, text);
        expect(await axeFindings(at.page), address).toEqual([]);
      }
      expect(at.troubles).toEqual([]);
      await at.end();
    });
  }

  test('has nothing that axe finds wrong on a phone, and is not wider than it', async () => {
    const at = await lab.visit('/trust', { context: { viewport: { width: 390, height: 844 } } });
    for (const [address, text] of PAGES) {
      await at.goTo(address);
      await arrived(at.page, text);
      expect(await axeFindings(at.page), address).toEqual([]);
      expect(await at.page.evaluate('document.documentElement.scrollWidth'), address).toBeLessThanOrEqual(390);
    }
    await at.end();
  });

  test('has nothing that axe finds wrong while nobody is signed in, while empty and while failing', async () => {
    const signedOut = await lab.visit('/trust', { signedIn: false });
    await arrived(signedOut.page, 'Sign in to Holdfast');
    expect(await axeFindings(signedOut.page)).toEqual([]);
    await signedOut.end();
    const empty = await lab.visit('/logs', { mode: 'empty' });
    await arrived(empty.page, 'Waiting for the first record');
    expect(await axeFindings(empty.page)).toEqual([]);
    await empty.end();
    const failing = await lab.visit('/trust', { mode: 'failing' });
    await arrived(failing.page, 'telemetry.engine-unavailable');
    expect(await axeFindings(failing.page)).toEqual([]);
    await failing.end();
  });

  test('keeps dialogs accessible too', async () => {
    const at = await lab.visit('/settings/keys');
    await at.page.getByRole('button', { name: 'Create a key' }).click();
    await arrived(at.page, 'Narrowed to');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.goTo('/logs');
    await at.page.getByRole('button', { name: /Log groups/ }).click();
    await arrived(at.page, 'infrequent');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.page.keyboard.press('Escape');
    await at.page.getByRole('button', { name: /^Record 1,/ }).click();
    await at.page.getByRole('button', { name: 'Copy the record' }).waitFor();
    expect(await axeFindings(at.page)).toEqual([]);
    await at.page.keyboard.press('Control+k');
    await arrived(at.page, 'Keyboard help');
    expect(await axeFindings(at.page)).toEqual([]);
    await at.end();
  });
});
