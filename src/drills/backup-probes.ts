import { describeTime, type SourceStatus } from '../backup/index.ts';
import { DAY_MS, formatDuration } from '../base/index.ts';
import type { Probe } from '../evidence/index.ts';
import { type BackupProbeDeps, judgeSources, type SourceFinding } from './backup-probe-deps.ts';
import { DRILLS_LIMITS } from './limits.ts';

/** M12: every database has a whole snapshot that is not older than a day and its jitter. */
export const snapshotsDaily = (deps: BackupProbeDeps): Probe => ({
  id: 'snapshots-daily',
  promise: 'M12',
  statement: 'Every database has a whole snapshot of the last day in a write quorum of zones',
  cadenceMs: deps.cadenceMs,
  run: (signal) =>
    judgeSources(deps, signal, ({ source, newestSnapshot, snapshots }) => {
      if (newestSnapshot === undefined) return no(`${source.name} has no snapshot.`);
      const ageMs = deps.clock.nowMs() - newestSnapshot.begunMs;
      const sentence = `${source.name}: ${snapshots} snapshots, the newest ${formatDuration(ageMs)} old.`;
      return { holds: ageMs <= DRILLS_LIMITS.snapshotAgeMsMax, sentence };
    }),
});

/** M13: the stream is whole over the window, and now is restorable. */
export const everySecondKept = (deps: BackupProbeDeps): Probe => ({
  id: 'every-second-kept',
  promise: 'M13',
  statement: 'The change stream of every database is whole over its window, up to now',
  cadenceMs: deps.cadenceMs,
  run: (signal) => judgeSources(deps, signal, (status) => judgeWindow(status, deps.clock.nowMs())),
});

function judgeWindow({ source, stream, ranges }: SourceStatus, nowMs: number): SourceFinding {
  const newest = ranges.at(-1);
  if (newest === undefined) return no(`${source.name} cannot be restored to any second yet.`);
  const behindMs = nowMs - newest.toMs;
  const span = `${source.name}: every second from ${describeTime(newest.fromMs)} to ${describeTime(newest.toMs)}, ${formatDuration(Math.max(0, behindMs))} behind`;
  if (behindMs > DRILLS_LIMITS.restorableLagMsMax) {
    return no(`${span}; the stream is ${stream.state}${stream.reason === undefined ? '' : ` (${stream.reason})`}.`);
  }
  const broken = stream.gaps.find((gap) => gap.atMs > nowMs - source.windowMs);
  if (broken !== undefined) return no(`${span}; a gap of the stream lies before it, at ${describeTime(broken.atMs)}.`);
  const missingMs = newest.fromMs - (nowMs - source.windowMs);
  // Nothing earlier can be kept than what there was to keep since the database came under backup.
  const isFilling = missingMs > 0 ? ` The window of ${formatDuration(source.windowMs)} fills from there.` : '';
  return { holds: true, sentence: `${span}.${isFilling}` };
}

/** M13: a restore to a second was made aside, and the heartbeat in it proves the second. */
export const secondRestored = (deps: BackupProbeDeps): Probe => ({
  id: 'second-restored',
  promise: 'M13',
  statement: 'A restore to a second was made aside, and what came back is that second',
  cadenceMs: deps.cadenceMs,
  run: (signal) => judgeSources(deps, signal, (status) => judgeProof(status, deps.clock.nowMs())),
});

function judgeProof({ source, lastProof }: SourceStatus, nowMs: number): SourceFinding {
  if (lastProof === undefined) return no(`${source.name} was never restored.`);
  const ageMs = nowMs - lastProof.endedMs;
  const sentence = `${source.name}, ${formatDuration(ageMs)} ago: ${lastProof.summary}`;
  if (ageMs > DRILLS_LIMITS.proofAgeMsMax) return no(`${sentence} That is too long ago.`);
  return { holds: lastProof.passed, sentence };
}

/** M15: a remote zone holds everything, and days are locked as long as the policy says. */
export const backupsRemote = (deps: BackupProbeDeps): Probe => ({
  id: 'backups-remote',
  promise: 'M15',
  statement: 'A remote zone holds every backup, locked for as long as the policy says',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    const zones = await deps.zones();
    const remote = zones.filter((zone) => zone.remote);
    const inStep = remote.filter((zone) => zone.inStep);
    const measurements = { zones: zones.length, zonesRemote: remote.length, zonesRemoteInStep: inStep.length };
    if (remote.length === 0) {
      const summary =
        'No zone is remote: whoever loses this place loses the backups with it. Add one to HOLDFAST_ZONES.';
      return { passed: false, summary, measurements };
    }
    if (inStep.length === 0) {
      const names = remote.map(({ name }) => name).join(', ');
      return { passed: false, summary: `The remote zone ${names} lacks copies or does not answer.`, measurements };
    }
    const kept = await judgeSources(deps, signal, ({ source, newestSnapshot, lockedUntilMs = 0 }) => {
      if (newestSnapshot === undefined) return no(`${source.name} has no snapshot.`);
      const keptMs = lockedUntilMs - deps.clock.nowMs();
      const sentence = `${source.name}: the newest daily restore point is locked until ${describeTime(lockedUntilMs)}, in ${inStep.map(({ name }) => name).join(', ')} too.`;
      return { holds: keptMs >= source.dailyKeptMs - 2 * DAY_MS, sentence };
    });
    return { ...kept, measurements: { ...measurements, ...kept.measurements } };
  },
});

/** M15: the newest restore kept to the stated recovery time and point. */
export const restoredInTime = (deps: BackupProbeDeps): Probe => ({
  id: 'restored-in-time',
  promise: 'M15',
  statement: 'The newest restore kept to the stated recovery time and recovery point',
  cadenceMs: deps.cadenceMs,
  run: (signal) =>
    judgeSources(deps, signal, ({ source, lastProof }) => {
      if (lastProof === undefined) return no(`${source.name} was never restored.`);
      const { recoveryTimeMs, recoveryTimeObjectiveMs, recoveryPointMs, recoveryPointObjectiveMs } = lastProof;
      const sentence = `${source.name}: restored in ${formatDuration(recoveryTimeMs)} (at most ${formatDuration(recoveryTimeObjectiveMs)}), losing ${formatDuration(recoveryPointMs)} (at most ${formatDuration(recoveryPointObjectiveMs)}).`;
      const inTime = recoveryTimeMs <= recoveryTimeObjectiveMs && recoveryPointMs <= recoveryPointObjectiveMs;
      return { holds: lastProof.passed && inTime, sentence };
    }),
});

const no = (sentence: string): SourceFinding => ({ holds: false, sentence });
