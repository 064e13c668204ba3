import type { CheckIn, MonitorSchedule, MonitorState } from '../api/issue-types.ts';
import type { MarkState } from '../parts/mark.tsx';

/** A schedule in words: `every 15 minutes`, or the crontab as it is. */
export function scheduleInWords(schedule: MonitorSchedule): string {
  if (schedule.type === 'crontab') return schedule.value;
  return schedule.value === 1 ? `every ${schedule.unit}` : `every ${schedule.value} ${schedule.unit}s`;
}

interface Look {
  readonly word: string;
  readonly mark: Exclude<MarkState, 'running'>;
  readonly tone: string;
}

export const STATE_LOOKS: Readonly<Record<MonitorState, Look>> = {
  ok: { word: 'on time', mark: 'proven', tone: 'text-proven' },
  'in-progress': { word: 'running', mark: 'unproven', tone: 'text-accent' },
  error: { word: 'failed', mark: 'broken', tone: 'text-broken' },
  missed: { word: 'missed', mark: 'broken', tone: 'text-broken' },
  timeout: { word: 'too long', mark: 'broken', tone: 'text-broken' },
  waiting: { word: 'not seen yet', mark: 'unproven', tone: 'text-unknown' },
  unknown: { word: 'unknown', mark: 'unproven', tone: 'text-unknown' },
};

/** In the order in which a step of a timeline is coloured: the worst wins. */
export const STEP_KINDS = [
  { key: 'error', label: 'failed', colour: '--chart-error' },
  { key: 'timeout', label: 'too long', colour: '--series-2' },
  { key: 'missed', label: 'missed', colour: '--chart-warn' },
  { key: 'unknown', label: 'not known: Holdfast was down', colour: '--edge' },
  { key: 'inProgress', label: 'running', colour: '--series-1' },
  { key: 'ok', label: 'on time', colour: '--proven' },
] as const;

export const checkInLook = ({ status }: Pick<CheckIn, 'status'>): Look => STATE_LOOKS[status];
