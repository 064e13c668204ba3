import { Failure, formatBytes } from '../../base/index.ts';
import { openReplication, type ReplicationConnection } from '../protocol/index.ts';
import { BACKUP_WAL_FAILURES } from './failures.ts';
import { BACKUP_WAL_LIMITS } from './limits.ts';
import { type StreamState, tell } from './stream-state.ts';
import type { WalStreamDeps } from './stream-types.ts';

/**
 * Reads on a connection of its own how much WAL the slot holds back on the source. Past the alarm it is said; past the
 * most, the slot is dropped, because a full disk of the source is worse than a hole in its backup.
 */
export async function watchSlot(input: {
  readonly deps: WalStreamDeps;
  readonly state: StreamState;
  readonly signal: AbortSignal;
  /** Ends the stream that uses the slot, and keeps it ended until the vault takes WAL again. */
  readonly giveUp: (why: Failure) => void;
}): Promise<void> {
  const { deps, state, signal } = input;
  const { source, clock } = deps;
  let connection: ReplicationConnection | undefined;
  let isAlarmed = false;
  while (!signal.aborted) {
    try {
      connection ??= await openReplication({ url: source.url, applicationName: 'holdfast watch', signal });
      const { lsn, systemId } = await connection.identifySystem();
      const slot = await connection.readSlot(source.slotName);
      const isOurs = state.systemId === undefined || state.systemId === systemId;
      state.slotLagBytes = slot?.restartLsn === undefined || !isOurs ? undefined : Number(lsn - slot.restartLsn);
      const bytes = state.slotLagBytes ?? 0;
      if (bytes > source.slotLagAlarmBytes !== isAlarmed) {
        isAlarmed = !isAlarmed;
        const { slotLagAlarmBytes: alarmBytes } = source;
        tell(deps, isAlarmed ? { type: 'slot-lag', bytes, alarmBytes } : { type: 'slot-lag-ended', bytes });
      }
      if (bytes > source.slotLagMaxBytes) {
        const details = { slot: source.slotName, source: source.name, bytes, most: source.slotLagMaxBytes };
        input.giveUp(new Failure(BACKUP_WAL_FAILURES.slotGivenUp, details));
        await connection.dropSlot(source.slotName, { wait: true });
        state.slotLagBytes = undefined;
        const reason = giveUpReason(state, bytes, source.slotLagMaxBytes);
        state.reason = reason;
        tell(deps, { type: 'slot-given-up', bytes, mostBytes: source.slotLagMaxBytes, reason });
      }
    } catch (error) {
      if (!signal.aborted) deps.log.debug({ error, source: source.name }, 'the slot could not be read');
      state.slotLagBytes = undefined;
      await connection?.close();
      connection = undefined;
    }
    await clock.sleep(BACKUP_WAL_LIMITS.slotCheckMs, signal).catch(() => undefined);
  }
  await connection?.close();
}

const giveUpReason = (state: StreamState, bytes: number, most: number): string =>
  `the slot held back ${formatBytes(bytes)} on the source, more than ${formatBytes(most)}, and was dropped` +
  (state.vaultProblem === undefined ? '' : ` (${state.vaultProblem})`);
