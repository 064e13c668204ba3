import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADMIN_EMAIL,
  ADMIN_PASSWORD,
  newFolder,
  type Program,
  removeFolder,
  sendLines,
  startProgram,
} from '../harness/program.ts';

const CHROMIUM = '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let folder = '';
let program: Program;
let browser: Browser;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  if (!hasChromium) return;
  folder = await newFolder();
  program = await startProgram({ folder, env: { HOLDFAST_PROBE_CADENCE_SECONDS: '5' } });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  page = await browser.newPage();
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) troubles.push(message.text());
  });
});
afterAll(async () => {
  if (!hasChromium) return;
  await browser.close();
  await program.stop();
  await removeFolder(folder);
});

test.skipIf(!hasChromium)('a person signs in to the real server and sees proven promises', async () => {
  await page.goto(program.origin);
  await page.getByLabel(/e-mail/i).fill(ADMIN_EMAIL);
  await page.getByLabel(/password/i).fill(ADMIN_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('Application logs are collected in one place').waitFor();
  await expect
    .poll(() => page.getByText('proven', { exact: true }).count(), { timeout: 30_000 })
    .toBeGreaterThanOrEqual(3);
});

test.skipIf(!hasChromium)(
  'a record that was just sent is found by a query in the address, and the page breaks no policy',
  async () => {
    await sendLines(program, 'console', [{ message: 'seen in the console', level: 'error' }]);
    await page.goto(`${program.origin}/logs`);
    await page.getByText('seen in the console').first().waitFor();
    await page.goto(`${program.origin}/settings`);
    await page.getByText('/holdfast/probe', { exact: true }).first().waitFor();
    expect(troubles).toEqual([]);
  },
);

test.skipIf(!hasChromium)('pages carry a strict policy and cannot be framed', async () => {
  const response = await fetch(program.origin);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe-inline');
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
  expect(await response.text()).toContain(nonce);
  expect((await fetch(program.origin)).headers.get('content-security-policy')).not.toBe(policy);
});
