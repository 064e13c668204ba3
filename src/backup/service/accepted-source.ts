import { DAY_MS, Failure, GiB, HOUR_MS, MiB, SECOND_MS } from '../../base/index.ts';
import { BACKUP_FAILURES } from '../failures.ts';
import { parseServerUrl } from '../protocol/index.ts';
import type { BackupSource } from '../types.ts';
import { checkSchedule } from './schedule.ts';
import type { SourceInput } from './types.ts';

/** What a source gets when nobody says otherwise. */
export const SOURCE_DEFAULTS = {
  heartbeat: true,
  snapshotCron: '15 2 * * *',
  timeZone: 'UTC',
  windowMs: DAY_MS,
  dailyKeptMs: 60 * DAY_MS,
  recoveryTimeObjectiveMs: HOUR_MS,
  recoveryPointObjectiveMs: 5 * SECOND_MS,
  slotLagAlarmBytes: 2 * GiB,
  slotLagMaxBytes: 20 * GiB,
  throttleBytesPerSecond: 0,
} as const satisfies Partial<BackupSource>;

const NAME = /^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/;
const SLOT = /^[a-z0-9_]{1,63}$/;

/** From which number to which a setting may go, and how people write it. */
const RANGES = {
  windowMs: [HOUR_MS, 35 * DAY_MS, 'from an hour to 35 days'],
  dailyKeptMs: [DAY_MS, 3653 * DAY_MS, 'from a day to ten years'],
  recoveryTimeObjectiveMs: [SECOND_MS, 7 * DAY_MS, 'from a second to a week'],
  recoveryPointObjectiveMs: [SECOND_MS, DAY_MS, 'from a second to a day'],
  slotLagAlarmBytes: [64 * MiB, 1024 * GiB, 'from 64 MiB to 1 TiB'],
  slotLagMaxBytes: [256 * MiB, 16_384 * GiB, 'from 256 MiB to 16 TiB, and above slotLagAlarmBytes'],
  throttleBytesPerSecond: [0, 16 * GiB, '0 for no limit, else from 1 MiB a second'],
} as const;

const invalid = (field: string, value: string | number, expected: string): Failure =>
  new Failure(BACKUP_FAILURES.sourceInvalid, { field, value, expected });

/** Fills in the defaults and checks all of it. Throws `backup.source-invalid` and `backup-protocol.url-invalid`. */
export function acceptedSource(input: SourceInput, known?: BackupSource): BackupSource {
  if (!NAME.test(input.name)) throw invalid('name', input.name, 'use 1 to 62 lower-case letters, digits and -');
  parseServerUrl(input.url);
  const slotName = input.slotName ?? known?.slotName ?? `holdfast_${input.name.replaceAll('-', '_')}`;
  if (!SLOT.test(slotName)) throw invalid('slotName', slotName, 'use 1 to 63 lower-case letters, digits and _');
  const source: BackupSource = { ...SOURCE_DEFAULTS, ...known, ...input, slotName };
  checkSchedule(source.snapshotCron, source.timeZone);
  for (const [field, [min, max, expected]] of Object.entries(RANGES)) {
    const value = source[field as keyof typeof RANGES];
    if (!Number.isFinite(value) || value < min || value > max) throw invalid(field, value, expected);
  }
  if (source.slotLagMaxBytes <= source.slotLagAlarmBytes) {
    throw invalid('slotLagMaxBytes', source.slotLagMaxBytes, 'make it larger than slotLagAlarmBytes');
  }
  if (source.dailyKeptMs < source.windowMs) {
    throw invalid('dailyKeptMs', source.dailyKeptMs, 'make it no shorter than windowMs');
  }
  return source;
}

/** Host, port, database and user; never the password. */
export function addressOf(url: string): string {
  const { hosts, user, database } = parseServerUrl(url);
  return `${user}@${hosts.map(({ host, port }) => `${host}:${port}`).join(',')}/${database}`;
}
