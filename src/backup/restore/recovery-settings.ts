import { formatLsn } from '../protocol/lsn.ts';
import type { RestorePlan } from '../types.ts';
import { formatTime } from './describe-target.ts';
import { quoteSetting } from './neutralize-settings.ts';
import { SIDE_FOLDER } from './restore-folder.ts';

/** Where recovery finds WAL, relative to the data folder, in which the server runs its commands. */
export const WAL_FOLDER = `${SIDE_FOLDER}/wal`;

/**
 * What makes the server recover to the target of a plan and open for writing there. The command copies from a folder
 * beside the data, by a relative path without any letter that a shell reads; it fails where a file is not there,
 * which recovery takes for the end of the archive.
 */
export function recoverySettings(plan: RestorePlan): Readonly<Record<string, string>> {
  return {
    restore_command: `cp "${WAL_FOLDER}/%f" "%p"`,
    // Recovery then needs no settings as large as the source's, and nobody reads a state before the target.
    hot_standby: 'off',
    recovery_target_action: 'promote',
    recovery_target_timeline: targetTimeline(plan),
    ...targetSettings(plan),
  };
}

/** By number, so that a restore of the same plan follows the same history whatever was promoted since. */
function targetTimeline({ walEnd, snapshot }: RestorePlan): string {
  const timeline = walEnd?.timeline ?? snapshot.stop.timeline;
  return timeline === snapshot.stop.timeline ? 'current' : String(timeline);
}

function targetSettings({ target, toEndOfWal }: RestorePlan): Readonly<Record<string, string>> {
  if (target.type === 'snapshot') return { recovery_target: 'immediate' };
  if (toEndOfWal || target.type === 'latest') return {};
  if (target.type === 'name') return { recovery_target_name: target.name };
  const inclusive = target.inclusive ? 'on' : 'off';
  return target.type === 'time'
    ? { recovery_target_time: formatTime(target.timeMs), recovery_target_inclusive: inclusive }
    : { recovery_target_lsn: formatLsn(target.lsn), recovery_target_inclusive: inclusive };
}

const BEGIN = '# begin of the settings of the restore';
const END = '# end of the settings of the restore';

export const settingsBlock = (settings: Readonly<Record<string, string>>): string =>
  [BEGIN, ...Object.entries(settings).map(([name, value]) => `${name} = ${quoteSetting(value)}`), END, ''].join('\n');

/** The text without the block of an earlier attempt or of a recovery that has ended. */
export function withoutBlock(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin === -1 || end === -1) return text;
  return text.slice(0, begin) + text.slice(end + END.length).replace(/^\n/, '');
}
