import { Failure } from '../../base/index.ts';
import type { SentryRoute } from './calls.ts';
import { SENTRY_API_FAILURES } from './failures.ts';

/** Calls of sentry-cli that ask for what this server does not do, each refused with what to do instead. */
const refuse =
  (what: string, instead: string): SentryRoute['handle'] =>
  async () => {
    throw new Failure(SENTRY_API_FAILURES.notSupported, { what, instead });
  };

const debugFiles = refuse(
  'the upload of debug files of native code',
  'stack traces of native code are shown as they are sent; source maps of JavaScript are uploaded by `sentry-cli sourcemaps upload`',
);
const oldFiles = refuse(
  'the upload of single release files',
  'use `sentry-cli sourcemaps upload` of version 2.17 or newer, which sends artifact bundles',
);
const logs = refuse('the search of logs by sentry-cli', 'use `holdfast logs query`, or the logs page of the console');
const builds = refuse('the upload of app builds and snapshots', 'leave this step out of the build');

const ORGANIZATION_PATH = 'organizations/{organization}';
const PROJECT = 'projects/{organization}/{project}';

export const REFUSED_ROUTES: readonly SentryRoute[] = [
  { method: 'POST', path: `${PROJECT}/files/difs/assemble`, handle: debugFiles },
  { method: 'POST', path: `${PROJECT}/files/dsyms`, handle: debugFiles },
  { method: 'GET', path: `${PROJECT}/files/dsyms`, handle: debugFiles },
  { method: 'POST', path: `${ORGANIZATION_PATH}/releases/{version}/assemble`, handle: oldFiles },
  { method: 'GET', path: `${ORGANIZATION_PATH}/releases/{version}/files`, handle: oldFiles },
  { method: 'POST', path: `${ORGANIZATION_PATH}/releases/{version}/files`, handle: oldFiles },
  { method: 'GET', path: `${PROJECT}/releases/{version}/files`, handle: oldFiles },
  { method: 'POST', path: `${PROJECT}/releases/{version}/files`, handle: oldFiles },
  { method: 'GET', path: `${ORGANIZATION_PATH}/events`, handle: logs },
  { method: 'POST', path: `${PROJECT}/files/preprodartifacts/assemble`, handle: builds },
];
