import { clip } from '../../base/index.ts';
import { type AlertInput, type AlertSeverity, PROBE_TAG } from '../../notify/index.ts';
import type { Issue, Project } from '../types.ts';
import type { EventFacts } from './event-facts.ts';
import { ISSUE_ALERTS_LIMITS as LIMITS } from './limits.ts';
import type { Storm } from './storm.ts';
import type { RuleTrigger } from './types.ts';

type Planned = Omit<AlertInput, 'id'>;

export const issueAlertKey = (issueId: string): string => `issue:${issueId}`;
export const stormAlertKey = (projectSlug: string): string => `issues-storm:${projectSlug}`;

const SOURCE = 'issues';
const TITLE_CHARS = 256;

/** Canaries of Holdfast's own project reach the probe that sent them, and nobody else. */
const probeLabels = (project: Pick<Project, 'isInternal'>): Readonly<Record<string, string>> =>
  project.isInternal ? { [`tag.${PROBE_TAG.name}`]: PROBE_TAG.value } : {};

export interface IssueAlertSubject {
  readonly issue: Issue;
  readonly project: Pick<Project, 'slug' | 'isInternal'>;
  readonly severity: AlertSeverity;
  readonly trigger: RuleTrigger['type'];
  readonly ruleName: string;
  /** For bursts: what was counted, in words. */
  readonly burst?: string;
  readonly event?: EventFacts | undefined;
  readonly frame?: string | undefined;
  readonly users?: number | undefined;
}

const WORDS: Readonly<Record<RuleTrigger['type'], string>> = {
  new: 'New',
  regressed: 'Came back',
  escalating: 'Escalating',
  frequency: 'Frequent',
  users: 'Many users',
};

/**
 * What somebody who is woken by it needs: what, where, how often, whom it hits, and the page to open. The labels are
 * those that routes may look at, and stay the same while the alert is open.
 */
export function planIssueAlert(subject: IssueAlertSubject, atMs: number): Planned {
  const { issue, project, event } = subject;
  return {
    key: issueAlertKey(issue.id),
    state: 'firing',
    severity: subject.severity,
    source: SOURCE,
    title: clip(`${WORDS[subject.trigger]} in ${project.slug}: ${issue.title}`, TITLE_CHARS),
    body: firingBody(subject),
    labels: {
      project: project.slug,
      level: issue.level,
      issue: issue.shortId,
      ...(event === undefined || event.environment === '' ? {} : { environment: event.environment }),
      ...(event === undefined || event.release === '' ? {} : { release: event.release }),
      ...probeLabels(project),
    },
    path: pathOf(issue.id),
    atMs,
  };
}

const pathOf = (issueId: string): string => `/issues/${encodeURIComponent(issueId)}`;

function firingBody({ issue, event, frame, users, burst, trigger, ruleName }: IssueAlertSubject): string {
  const where = [
    event === undefined || event.environment === '' ? '' : `environment ${event.environment}`,
    event === undefined || event.release === '' ? '' : `release ${event.release}`,
    event === undefined || event.serverName === '' ? '' : `server ${event.serverName}`,
  ].filter((part) => part !== '');
  const lines = [
    issue.title,
    issue.culprit === '' ? '' : `in ${issue.culprit}`,
    frame === undefined ? '' : `First frame: ${frame}`,
    burst ?? '',
    `${plural(issue.timesSeen, 'event')}${users === undefined || users === 0 ? '' : `, ${plural(users, 'user')} in the last day`}, first seen ${iso(issue.firstSeenMs)}, last seen ${iso(issue.lastSeenMs)}.`,
    where.length === 0 ? '' : `Last in ${where.join(', ')}.`,
    issue.handled ? '' : 'Nothing in the program handled it.',
    `${issue.shortId}, level ${issue.level}, priority ${issue.priority}. Rule: ${ruleName} (${trigger}).`,
    'It ends when the issue is resolved or ignored, or was not seen for three hours.',
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => clip(line.replace(/\s+/g, ' '), LIMITS.bodyLineChars))
    .join('\n');
}

export interface OpenAlert {
  readonly issueId: string;
  readonly severity: AlertSeverity;
  readonly labels: Readonly<Record<string, string>>;
}

export type EndReason = 'resolved' | 'ignored' | 'gone' | 'quiet' | 'project-gone';

/** `issue` is absent when there is none any more: deleted, or merged into another. */
export function planIssueEnd(
  open: OpenAlert,
  end: { readonly reason: EndReason; readonly issue?: Issue | undefined; readonly atMs: number },
): Planned {
  const name = end.issue?.title ?? `issue ${open.labels['issue'] ?? open.issueId}`;
  const project = open.labels['project'] ?? '';
  return {
    key: issueAlertKey(open.issueId),
    state: 'resolved',
    severity: open.severity,
    source: SOURCE,
    title: clip(`${ENDED[end.reason]} in ${project}: ${name}`, TITLE_CHARS),
    body: endBody(end),
    labels: open.labels,
    path: pathOf(open.issueId),
    atMs: end.atMs,
  };
}

const ENDED: Readonly<Record<EndReason, string>> = {
  resolved: 'Resolved',
  ignored: 'Ignored',
  gone: 'Deleted or merged',
  quiet: 'Quiet',
  'project-gone': 'Project deleted',
};

function endBody({ reason, issue }: { readonly reason: EndReason; readonly issue?: Issue | undefined }): string {
  if (reason !== 'quiet' || issue === undefined) return `${ENDED[reason]}.`;
  return `No event since ${iso(issue.lastSeenMs)}. The issue is still unresolved: it is told of again when it comes back after it was resolved, or escalates.`;
}

/** One alert for all issues that are held back. Its severity stays the same, so that new numbers tell nobody again. */
export function planStormAlert(
  project: Pick<Project, 'slug' | 'isInternal'>,
  storm: Storm,
  turn: { readonly isOver: boolean; readonly atMs: number },
): Planned {
  const held = plural(storm.held, 'change of an issue', 'changes of issues');
  return {
    key: storm.key,
    state: turn.isOver ? 'resolved' : 'firing',
    severity: 'high',
    source: SOURCE,
    title: clip(
      turn.isOver
        ? `The storm of issues in ${project.slug} is over: ${held} were not told of one by one`
        : `Storm of issues in ${project.slug}: ${held} so far`,
      TITLE_CHARS,
    ),
    body: stormBody(storm, turn.isOver),
    labels: { project: project.slug, ...probeLabels(project) },
    path: `/issues?project=${encodeURIComponent(project.slug)}`,
    atMs: turn.atMs,
  };
}

function stormBody(storm: Storm, isOver: boolean): string {
  const titles = storm.worst.map(({ severity, shortId, title }) => `- ${severity}: ${shortId} ${title}`);
  const lines = [
    `Since ${iso(storm.sinceMs)} more than ${LIMITS.individualPerWindow} issues wanted to be told of within ${LIMITS.stormWindowMs / 60_000} minutes; ${plural(storm.held, 'change', 'changes')} came after those and ${isOver ? 'were' : 'are'} told of here alone.`,
    ...(titles.length === 0 ? [] : ['The worst:', ...titles]),
    'A release or a dependency that fails in many places is the usual cause. Where messages differ by an id, a fingerprint rule makes them one issue.',
  ];
  return lines.map((line) => clip(line.replace(/\s+/g, ' '), LIMITS.bodyLineChars)).join('\n');
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

const iso = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
