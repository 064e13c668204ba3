import type { Access } from '../access/index.ts';
import { createSentryApiEdge } from '../api/index.ts';
import { type Clock, DAY_MS, type Log } from '../base/index.ts';
import type { Admission, HttpEdge } from '../ingest/index.ts';
import type { OpenIssues } from './open-issues.ts';

/** How far back sentry-cli lists events. */
const EVENTS_DAYS = 90;

/** What sentry-cli and the plugins for bundlers speak to. */
export function openSentryApi(
  issues: OpenIssues,
  deps: {
    readonly access: Access;
    readonly admission: Admission;
    readonly publicUrl: string | undefined;
    readonly clock: Clock;
    readonly log: Log;
  },
): HttpEdge {
  const { access, admission, publicUrl, clock } = deps;
  const { projects, releases, tracking, monitors, events } = issues;
  const { authenticateBearer, authorize } = access;
  return createSentryApiEdge({
    ...{ authenticateBearer, authorize, admission, clock, log: deps.log.area('sentry-api') },
    ...(publicUrl === undefined ? {} : { publicUrl }),
    projects: projects.directory,
    releases: releases.verbs,
    uploads: releases.uploads,
    issues: tracking.verbs,
    events: async (actor, projectId, page) => {
      const name = projects.directory.byId(projectId)?.slug ?? '*';
      await authorize(actor, 'issues:Read', { type: 'project', name });
      const toMs = clock.nowMs() + 1;
      return await events.list({ projectIds: [projectId], fromMs: toMs - EVENTS_DAYS * DAY_MS, toMs }, page);
    },
    monitors: async (actor) =>
      (await monitors.verbs.list(actor, {})).map(({ slug, name, isMuted }) => ({ slug, name, isActive: !isMuted })),
  });
}
