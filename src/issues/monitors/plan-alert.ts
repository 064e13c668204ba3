import { createHash } from 'node:crypto';
import { clip } from '../../base/index.ts';
import type { AlertInput } from '../../notify/index.ts';
import type { Run, Turn } from './judge-runs.ts';
import type { CheckInState, MonitorConfig, MonitorEnvironment, MonitorSchedule } from './types.ts';

const KEY_CHARS_MAX = 256;

export interface AlertSubject {
  readonly projectId: string;
  readonly projectSlug: string;
  readonly slug: string;
  readonly name: string;
  readonly config: MonitorConfig;
}

/** The key under which notify knows the alert of a job in an environment. */
export function monitorAlertKey(projectSlug: string, slug: string, environment: string): string {
  const key = `monitor:${projectSlug}:${slug}:${environment}`;
  if (key.length <= KEY_CHARS_MAX) return key;
  return `${key.slice(0, 190)}~${createHash('sha256').update(key).digest('hex')}`;
}

const FAILED: Readonly<Partial<Record<CheckInState | 'waiting', string>>> = {
  missed: 'Missed',
  timeout: 'Ran too long',
  error: 'Failed',
};

/** What people are told of a job that fails, or is well again. */
export function planMonitorAlert(
  subject: AlertSubject,
  environment: MonitorEnvironment,
  turn: {
    readonly type: Turn | 'muted' | 'removed';
    readonly run?: Run | undefined;
    readonly atMs: number;
    /** The key of the alert that is open already. */
    readonly toldAs?: string | null | undefined;
  },
): Omit<AlertInput, 'id'> {
  const isFiring = turn.type === 'failed' || turn.type === 'again';
  const where = `${subject.name} (${environment.environment})`;
  return {
    key: turn.toldAs ?? monitorAlertKey(subject.projectSlug, subject.slug, environment.environment),
    state: isFiring ? 'firing' : 'resolved',
    severity: environment.environment === 'production' ? 'high' : 'medium',
    source: 'monitor',
    title: clip(`${isFiring ? (FAILED[environment.state] ?? 'Failing') : ENDED[turn.type]}: ${where}`, 256),
    body: isFiring ? failingBody(subject, environment, turn.run) : endedBody(turn.type, turn.run),
    labels: { project: subject.projectSlug, environment: environment.environment, monitor: subject.slug },
    path: `/crons/${encodeURIComponent(`${subject.projectId}.${subject.slug}`)}`,
    atMs: turn.atMs,
  };
}

const ENDED = { recovered: 'Well again', muted: 'Muted', removed: 'Removed', failed: '', again: '' } as const;

function failingBody(subject: AlertSubject, environment: MonitorEnvironment, run: Run | undefined): string {
  const lines = [
    ...(run === undefined ? [] : [whatHappened(subject.config, run)]),
    environment.failuresInRow === 1
      ? 'It is the first failure in a row.'
      : `${environment.failuresInRow} runs in a row have failed${environment.failingSinceMs === undefined ? '' : `; it fails since ${iso(environment.failingSinceMs)}`}.`,
    environment.lastCheckInMs === undefined ? '' : `The newest check-in began at ${iso(environment.lastCheckInMs)}.`,
    `Schedule: ${scheduleWords(subject.config.schedule)}, ${subject.config.timezone}.`,
    run?.traceId === undefined ? '' : `Trace: ${run.traceId}`,
    'See the log of the job and of what starts it. It counts as well again after ' +
      `${subject.config.recoveryThreshold === 1 ? 'one good run' : `${subject.config.recoveryThreshold} good runs in a row`}.`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function whatHappened(config: MonitorConfig, run: Run): string {
  switch (run.state) {
    case 'missed':
      return `No run began at ${iso(run.expectedMs ?? run.startedMs)}, nor within ${config.checkInMarginMinutes} min of it.`;
    case 'timeout':
      return `The run that began at ${iso(run.startedMs)} did not end within ${config.maxRuntimeMinutes} min.`;
    default:
      return `The run that began at ${iso(run.startedMs)} reported an error${run.durationMs === undefined ? '' : ` after ${Math.round(run.durationMs / 1000)} s`}.`;
  }
}

function endedBody(type: keyof typeof ENDED, run: Run | undefined): string {
  switch (type) {
    case 'muted':
      return 'Somebody muted the monitor; its runs are recorded as before.';
    case 'removed':
      return 'Somebody removed the monitor or this environment.';
    default:
      return run === undefined ? 'It runs well again.' : `The run that began at ${iso(run.startedMs)} went well.`;
  }
}

const scheduleWords = (schedule: MonitorSchedule): string =>
  schedule.type === 'crontab'
    ? schedule.value
    : `every ${schedule.value} ${schedule.unit}${schedule.value === 1 ? '' : 's'}`;

const iso = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
