import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createAuthorize } from '../../src/access/authorize.ts';
import type { Actor } from '../../src/access/index.ts';
import { createSentryApiEdge, type SentryApiDeps } from '../../src/api/index.ts';
import { AUDIT_MIGRATIONS, type AuditRecord, createAudit } from '../../src/audit/index.ts';
import { type Clock, Failure, newId, silentLog, systemClock } from '../../src/base/index.ts';
import type { Catalog } from '../../src/catalog/index.ts';
import { createBodyAdmission, type HttpEdge, INGEST_FAILURES } from '../../src/ingest/index.ts';
import {
  createBlobStore,
  createReleases,
  ISSUES_BLOBS_MIGRATIONS,
  ISSUES_RELEASES_MIGRATIONS,
  type Issue,
  type IssueChange,
  type KeptBlobs,
  type Project,
  type Releases,
} from '../../src/issues/index.ts';
import { serverForTest } from '../catalog/open-for-test.ts';
import { openVaultForTest } from '../workbooks/open-vault.ts';

export const TOKEN = 'hf_buildkey00000001_ATokenOfTheBuildThatIsOnlyForThisTest0';
export const READER_TOKEN = 'hf_readkey000000001_ATokenThatMayReadAndNotWriteInThisTest';

const key = (name: string, roles: Actor['roles']): Actor => ({
  type: 'key',
  id: name,
  name,
  roles,
  readableLogGroups: [],
  sourceIp: '127.0.0.1',
  userAgent: 'test',
});
export const builder = key('build', ['responder', 'sender']);
export const viewer = key('viewer', ['viewer']);

export const projectOf = (id: string, slug: string): Project => ({
  id,
  slug,
  name: slug,
  platform: 'javascript',
  createdMs: 1_700_000_000_000,
  isInternal: false,
  settings: {
    retentionDays: 90,
    groupingVersion: '2026-01',
    fingerprintRules: '',
    enhancementRules: '',
    allowedOrigins: ['*'],
    limitsPerMinute: {},
    keeps: { attachments: true, replays: false, profiles: false, minidumps: false },
    resolveAfterDays: 0,
  },
});

export interface ReleasesForTest {
  readonly url: string;
  readonly releases: Releases;
  readonly blobs: KeptBlobs;
  readonly catalog: Catalog;
  readonly stagingFolder: string;
  /** A second instance over the same stores and folder, as after a restart. */
  readonly again: (clock?: Clock) => Promise<Releases>;
  /** What sentry-cli asked for, as `METHOD /path`. */
  readonly calls: string[];
  /** What was asked of the issues' verbs. */
  readonly changes: { readonly ids: readonly string[]; readonly change: IssueChange }[];
  readonly records: (eventName: string) => Promise<readonly AuditRecord[]>;
  readonly close: () => Promise<void>;
}

const projects = [projectOf('1', 'shop'), projectOf('2', 'checkout')];
const directory = {
  all: () => projects,
  byId: (id: string) => projects.find((project) => project.id === id),
  bySlug: (slug: string) => projects.find((project) => project.slug === slug),
};

const issueOf = (id: string): Issue => ({
  id,
  shortId: `SHOP-${id}`,
  projectId: '1',
  status: 'unresolved',
  priority: 'high',
  level: 'error',
  type: 'error',
  platform: 'javascript',
  title: `TypeError: number ${id}`,
  titleType: 'TypeError',
  titleValue: `number ${id}`,
  culprit: 'src/cart',
  firstSeenMs: 1_700_000_000_000,
  lastSeenMs: 1_700_000_000_000,
  firstRelease: '',
  lastRelease: '',
  timesSeen: 3,
  handled: false,
  commentCount: 0,
  feedbackCount: 0,
});

/** The edge over a real PostgreSQL and a real vault with three folders as zones; issues and monitors are told ones. */
export async function openReleasesForTest(): Promise<ReleasesForTest> {
  const top = await mkdtemp(path.join(os.tmpdir(), 'holdfast-releases-'));
  const stagingFolder = path.join(top, 'chunks');
  const postgres = await serverForTest();
  const catalog = await postgres.open([...AUDIT_MIGRATIONS, ...ISSUES_BLOBS_MIGRATIONS, ...ISSUES_RELEASES_MIGRATIONS]);
  const vault = await openVaultForTest();
  const log = silentLog();
  const audit = createAudit({ catalog, clock: systemClock, log, region: 'local', accountId: '000000000001' });
  const authorize = createAuthorize(audit);
  const blobs = createBlobStore({ vault, catalog, clock: systemClock });
  const mask = randomBytes(1)[0] ?? 1;
  const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ mask));
  const seals = {
    seal: (secret: string, owner: string) => flip(Buffer.from(`${owner}|${secret}`)),
    unseal: (sealed: Buffer, owner: string) =>
      flip(sealed)
        .toString()
        .slice(owner.length + 1),
  };
  const deps = { catalog, blobs, projects: directory, authorize, audit, clock: systemClock, log, stagingFolder, seals };
  const releases = await createReleases(deps);
  const changes: ReleasesForTest['changes'] = [];
  const calls: string[] = [];
  const edge = createSentryApiEdge(edgeDeps({ releases, changes, authorize }));
  const server = await listen(edge, calls);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    releases,
    blobs,
    catalog,
    stagingFolder,
    calls,
    changes,
    again: (clock = systemClock) => createReleases({ ...deps, clock }),
    records: async (eventName) => (await audit.lookup({ eventName, limit: 50 })).records,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await audit.close();
      await vault.remove();
      await catalog.close();
      await postgres.remove();
      await rm(top, { recursive: true, force: true });
    },
  };
}

function edgeDeps({
  releases,
  changes,
  authorize,
}: Pick<ReleasesForTest, 'releases' | 'changes'> & { readonly authorize: SentryApiDeps['authorize'] }): SentryApiDeps {
  const issues = ['12', '13'].map(issueOf);
  return {
    authorize,
    authenticateBearer: async (token) => {
      if (token === TOKEN) return builder;
      if (token === READER_TOKEN) return viewer;
      throw new Failure(INGEST_FAILURES.credentialsMissing, { path: '/api/0/' });
    },
    projects: directory,
    releases: releases.verbs,
    uploads: releases.uploads,
    issues: {
      list: async () => ({
        issues: issues.map((issue) => ({ issue, events: 3, users: 1, trend: [] })),
        total: issues.length,
      }),
      change: async (_actor, ids, change) => {
        changes.push({ ids, change });
        return issues.filter(({ id }) => ids.includes(id));
      },
    },
    events: async () => [
      {
        projectId: '1',
        eventId: 'a'.repeat(32),
        hashId: 1,
        timeMs: 1_700_000_000_000,
        receivedMs: 1_700_000_000_000,
        inboxId: '1',
        type: 'error',
        level: 'error',
        platform: 'javascript',
        title: 'TypeError: x is not a function',
        culprit: 'src/cart',
        message: 'x is not a function',
        transaction: '',
        release: 'shop@1.0.0',
        dist: '',
        environment: 'production',
        serverName: '',
        userKey: '',
        handled: false,
        traceId: '',
        spanId: '',
        sdk: '',
        tags: { browser: 'Chrome' },
        retentionDays: 90,
      },
    ],
    monitors: async () => [{ slug: 'nightly', name: 'Nightly import', isActive: true }],
    admission: createBodyAdmission(),
    clock: systemClock,
    log: silentLog(),
  };
}

async function listen(edge: HttpEdge, calls: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(`http://localhost${request.url ?? '/'}`);
    calls.push(`${request.method ?? ''} ${url.pathname}`);
    const receivedMs = systemClock.nowMs();
    const context = { requestId: newId(receivedMs), receivedMs, sourceIp: '127.0.0.1', userAgent: 'test', url };
    if (edge.matches(request, url)) void edge.handle(request, response, context);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
