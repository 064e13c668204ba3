import path from 'node:path';
import type { Access } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { RedactionTally } from '../evidence/index.ts';
import {
  createAlertOutbox,
  createBlobStore,
  createErrorIntake,
  createEventStore,
  createGrouping,
  createIssueAlerts,
  createIssueTracking,
  createMonitors,
  createPeopleDirectory,
  createProjects,
  createReleases,
  createSessionHealth,
  createSymbolicator,
  type ErrorPipelineStatus,
  eraseEvents,
  eraseKept,
  groupingWords,
  ISSUE_ALERTS_MIGRATIONS,
  ISSUES_BLOBS_MIGRATIONS,
  ISSUES_HEALTH_MIGRATIONS,
  ISSUES_OUTBOX_MIGRATIONS,
  ISSUES_PIPELINE_MIGRATIONS,
  ISSUES_PROJECTS_MIGRATIONS,
  ISSUES_RELEASES_MIGRATIONS,
  ISSUES_TRACKING_MIGRATIONS,
  type IssueAlerts,
  type IssueTracker,
  type IssueTracking,
  MONITORS_MIGRATIONS,
  type Monitors,
  type PipelineView,
  type ProjectDirectory,
  type Projects,
  type ReleaseSightings,
  type Releases,
} from '../issues/index.ts';
import type { Alerting } from '../notify/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { TelemetryStore } from '../telemetry/index.ts';
import type { VaultStore } from '../vault/index.ts';
import { countNewIssues } from './issue-facts.ts';
import type { StopStack } from './stop-stack.ts';

export const ISSUES_MIGRATIONS = [
  ...ISSUES_PROJECTS_MIGRATIONS,
  ...ISSUES_BLOBS_MIGRATIONS,
  ...ISSUES_PIPELINE_MIGRATIONS,
  ...ISSUES_TRACKING_MIGRATIONS,
  ...ISSUES_RELEASES_MIGRATIONS,
  ...ISSUES_OUTBOX_MIGRATIONS,
  ...MONITORS_MIGRATIONS,
  ...ISSUE_ALERTS_MIGRATIONS,
  ...ISSUES_HEALTH_MIGRATIONS,
];

export interface OpenIssuesDeps {
  readonly catalog: Catalog;
  readonly telemetry: TelemetryStore;
  readonly vault: VaultStore;
  readonly access: Access;
  readonly audit: Audit;
  readonly redactor: Redactor;
  readonly alerting: Alerting;
  readonly tally: RedactionTally;
  /** The data folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: StopStack;
}

export type OpenIssues = Awaited<ReturnType<typeof openIssues>>;

/** Opens error tracking over the stores; events are taken and processed from `start` on. */
export async function openIssues(deps: OpenIssuesDeps) {
  const { catalog, telemetry, vault, access, audit, redactor, alerting, clock, stack } = deps;
  const { authorize } = access;
  const log = deps.log.area('issues');
  const shared = { catalog, authorize, audit, clock, log };
  const projects = await createProjects({ ...shared, grouping: groupingWords });
  stack.push('projects', projects.close);
  const { directory } = projects;
  const blobs = createBlobStore({ vault, catalog, clock });
  const releases = await createReleases({
    ...{ ...shared, blobs, projects: directory, seals: access.secrets },
    countNewIssues: countNewIssues(catalog),
    stagingFolder: path.join(deps.folder, 'uploads'),
  });
  const grouping = createGrouping();
  const { group } = grouping;
  const outbox = createAlertOutbox({ catalog, alerting, clock, log });
  stack.push('issue outbox', outbox.close);
  const events = createEventStore({ telemetry, catalog });
  const tracking = createIssueTracking({
    ...{ ...shared, redactor, group, projects: directory, releases: releases.order },
    people: createPeopleDirectory({ access, clock }),
    events,
  });
  stack.push('issues', tracking.close);
  const monitors = createMonitors({ ...shared, outbox, redactor, projects: directory });
  stack.push('monitors', monitors.close);
  const forHealth = { secrets: access.secrets, releases: releases.sightings, projects: directory };
  const health = createSessionHealth({ ...shared, ...forHealth, telemetry, redactor });
  stack.push('release health', health.close);
  const symbolicator = createSymbolicator({ releases, redactor });
  stack.push('source maps', symbolicator.close);
  const tracker = seeingReleases(tracking.tracker, releases.sightings);
  const pipeline = createErrorIntake({
    ...{ catalog, telemetry, redactor, grouping, blobs, clock, log, projects: directory, tracker },
    symbolicator,
    onMasked: (report) => deps.tally.add(report, { records: 0, bytes: 0 }),
  });
  const issueAlerts = createIssueAlerts({
    ...{ ...shared, outbox, telemetry, projects: directory, signals: tracking.signals, issues: tracking.reads },
    pipeline: () => viewOf(pipeline.status(), clock),
  });
  stack.push('issue alerts', issueAlerts.close);
  stack.push('error pipeline', pipeline.close);
  const parts = { projects, blobs, releases, tracking, monitors, health, pipeline, issueAlerts, group, events };
  addErasers({ ...parts, erasedEvents: eraseEvents(telemetry), kept: eraseKept(catalog) });
  return {
    ...parts,
    directory: edgeDirectory(directory),
    /** What ends by its time and is nobody's to end. */
    sweep: async () => {
      await releases.sweep();
      await blobs.sweep();
    },
    start: async () => {
      for (const part of [projects, outbox, tracking]) part.start();
      await pipeline.start();
      await Promise.all([monitors.start(), issueAlerts.start()]);
    },
  };
}

/** Releases that events name are known before the events are counted, so that states are decided by their order. */
const seeingReleases = (tracker: IssueTracker, sightings: ReleaseSightings): IssueTracker => ({
  ...tracker,
  record: async (batch) => {
    const named = batch.events.filter(({ release }) => release !== '');
    await sightings.seen(named.map(({ projectId, release, timeMs }) => ({ projectId, version: release, timeMs })));
    await tracker.record(batch);
  },
});

/** What alerts watch: a queue that stands still is told of. */
function viewOf({ waitingEvents, lagMs }: ErrorPipelineStatus, clock: Clock): PipelineView {
  return waitingEvents === 0 ? { waiting: 0 } : { waiting: waitingEvents, oldestWaitingMs: clock.nowMs() - lagMs };
}

/**
 * What the edge counts by. Errors and reports of browsers that were taken are counted by the processor, which alone
 * can tell what is new from what was sent again.
 */
const edgeDirectory = (directory: ProjectDirectory): ProjectDirectory => ({
  ...directory,
  count: (counts) =>
    directory.count(
      counts.filter(
        ({ outcome, category }) => outcome !== 'accepted' || (category !== 'error' && category !== 'security'),
      ),
    ),
});

interface Erasing {
  readonly projects: Projects;
  readonly issueAlerts: Pick<IssueAlerts, 'eraseProject'>;
  readonly monitors: Pick<Monitors, 'eraseProject'>;
  readonly releases: Pick<Releases, 'eraseProject'>;
  readonly tracking: Pick<IssueTracking, 'eraseProject'>;
  readonly erasedEvents: (projectId: string) => Promise<void>;
  readonly kept: (projectId: string) => Promise<void>;
}

/** Alerts end first, while what they tell of is known; the issues go last, because events are found by their hashes. */
function addErasers({ projects, issueAlerts, monitors, releases, tracking, erasedEvents, kept }: Erasing): void {
  projects.whenErased('alerts', ({ id }) => issueAlerts.eraseProject(id));
  projects.whenErased('monitors', (project) => monitors.eraseProject(project));
  projects.whenErased('attachments', ({ id }) => kept(id));
  projects.whenErased('events', ({ id }) => erasedEvents(id));
  projects.whenErased('releases', ({ id }) => releases.eraseProject(id));
  projects.whenErased('issues', ({ id }) => tracking.eraseProject(id));
}
