import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type FakeServer, startFakeServer } from '../../console/dev/fake-server.ts';
import type { FakeMode } from '../../console/dev/fake-state.ts';
import type { Role } from '../../console/src/api/types.ts';

const CHROMIUM = '/usr/bin/chromium';
const CONSOLE = path.join(import.meta.dirname, '..', '..', 'console');
const require = createRequire(import.meta.url);

/** The browser tests are skipped by name where there is no browser. */
export const hasBrowser = existsSync(CHROMIUM);

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

/** A build of its own: somebody may be building console/dist at this moment, and it is empty meanwhile. */
async function buildConsole(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-console-'));
  const vite = path.join(path.dirname(require.resolve('vite/package.json')), 'bin', 'vite.js');
  const flags = ['build', '--logLevel', 'error', '--outDir', folder, '--emptyOutDir'];
  // The test runner's own NODE_ENV would build React for development: larger, and mounting everything twice.
  const env = { ...process.env, NODE_ENV: 'production' };
  const done = spawnSync(process.execPath, [vite, ...flags], { cwd: CONSOLE, encoding: 'utf8', env });
  if (done.status !== 0) throw new Error(`the console was not built: ${done.stderr}`);
  return folder;
}

/** A page on a server of its own, with everything that went wrong in it. */
export interface Visit {
  readonly page: Page;
  readonly server: FakeServer;
  /** Uncaught errors and refusals of the content security policy. */
  readonly troubles: readonly string[];
  readonly goTo: (address: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

export interface VisitOptions {
  readonly mode?: FakeMode;
  readonly signedIn?: boolean;
  /** Of the person who is signed in; an administrator when absent. */
  readonly roles?: readonly Role[];
  readonly context?: BrowserContextOptions;
}

/** The built console and a browser, for the tests of one file. */
export interface Lab {
  readonly dist: string;
  readonly visit: (address: string, options?: VisitOptions) => Promise<Visit>;
  readonly close: () => Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const dist = await buildConsole();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  return {
    dist,
    visit: (address, options = {}) => visit({ browser, dist }, address, options),
    close: async () => {
      await browser.close();
      await rm(dist, { recursive: true, force: true });
    },
  };
}

async function openPage(browser: Browser, options: VisitOptions) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    timezoneId: 'Europe/Berlin',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options.context,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return { context, page };
}

async function visit(
  { browser, dist }: { readonly browser: Browser; readonly dist: string },
  address: string,
  options: VisitOptions,
): Promise<Visit> {
  const server = await startFakeServer({ mode: options.mode ?? 'full', dist });
  server.state.signedIn = options.signedIn ?? true;
  server.state.roles = options.roles ?? ['admin'];
  const { context, page } = await openPage(browser, options);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) troubles.push(message.text());
  });
  const goTo = async (to: string): Promise<void> => {
    await page.goto(`${server.url}${to}`);
  };
  await goTo(address);
  const end = async (): Promise<void> => {
    await context.close();
    await server.close();
  };
  return { page, server, troubles, goTo, end };
}

const axeSource = hasBrowser ? readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') : '';

interface AxeFinding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds wrong on the page as it stands: WCAG 2.2 A and AA and its own best practices. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const findings = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
       .then((result) => result.violations)`,
  )) as readonly AxeFinding[];
  return findings.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 4).map((node) => `${id}: ${help}\n  ${node.html.slice(0, 220)}\n  ${node.failureSummary}`),
  );
}
