import { type Clock, formatBytes, type Log } from '../../base/index.ts';
import type { AlertInput, Alerting } from '../../notify/index.ts';
import type { StreamEvent } from '../wal/index.ts';
import type { BackupRun, RestoreReport } from './types.ts';

/** Turns what happens to a source into alerts that begin and end. */
export interface SourceAlerts {
  readonly onStreamEvent: (event: StreamEvent) => void;
  readonly onStreamState: (isStreaming: boolean, sinceMs: number, reason: string | undefined) => void;
  /** The stream flows into the vault and no gap is open: what was told of it by an earlier process ends too. */
  readonly onStreamWhole: (slotLagBytes: number | undefined) => void;
  readonly onSnapshot: (run: BackupRun) => void;
  readonly onProof: (report: RestoreReport | undefined, run: BackupRun) => void;
  /** The source is no longer under backup: nothing of it fires any more. */
  readonly endAll: () => void;
}

interface Deps {
  readonly source: string;
  readonly slotLagAlarmBytes: number;
  readonly alerting: Alerting;
  readonly clock: Clock;
  readonly log: Log;
}

type Told = Pick<AlertInput, 'severity' | 'title' | 'body'>;

/** Blindness is told within a minute; a shorter break mends itself more often than not. */
const STREAM_AWAY_MS = 45_000;

const KINDS = ['stream', 'gap', 'vault', 'slot', 'corrupt', 'snapshot', 'proof'] as const;
type Kind = (typeof KINDS)[number];

export function createSourceAlerts(deps: Deps): SourceAlerts {
  const { source, alerting, clock, log } = deps;
  // A process that begins does not know what an earlier one told, so the first good news of each kind is always told.
  const told = new Map<Kind, AlertInput['state']>();
  let last: Promise<void> = Promise.resolve();
  const raise = (what: Kind, state: AlertInput['state'], texts: Told): void => {
    if (state === 'resolved' && told.get(what) === 'resolved') return;
    told.set(what, state);
    const alert: AlertInput = {
      ...{ key: `backup-${what}:${source}`, state, source: 'backup', ...texts },
      ...{ labels: { database: source, kind: what }, path: `/databases/${source}`, atMs: clock.nowMs() },
    };
    // One after the other: an end must not overtake its beginning.
    last = last
      .then(() => alerting.raise(alert))
      .catch((error: unknown) => log.error({ err: error, key: alert.key }, 'an alert could not be raised'));
  };
  const fire = (what: Kind, severity: AlertInput['severity'], title: string, body: string): void =>
    raise(what, 'firing', { severity, title, body });
  const resolve = (what: Kind, title: string): void => raise(what, 'resolved', { severity: 'info', title, body: '' });
  return {
    onStreamEvent: (event) => {
      const meaning = meaningOf(source, event);
      if (meaning?.told !== undefined) raise(meaning.what, 'firing', meaning.told);
      if (meaning?.ended !== undefined) resolve(meaning.what, meaning.ended);
    },
    onStreamState: (isStreaming, sinceMs, reason) => {
      if (isStreaming) resolve('stream', `Changes of ${source} are streamed again`);
      if (isStreaming || told.get('stream') === 'firing' || clock.nowMs() - sinceMs < STREAM_AWAY_MS) return;
      const body = `${reason ?? 'No reason is known.'} What is committed from now on cannot be restored. See holdfast backup check ${source}.`;
      fire('stream', 'critical', `The change stream of ${source} stands still`, body);
    },
    onStreamWhole: (slotLagBytes) => {
      resolve('gap', `The change stream of ${source} has no gap since its newest snapshot`);
      resolve('vault', `The vault takes the changes of ${source} again`);
      if (slotLagBytes !== undefined && slotLagBytes <= deps.slotLagAlarmBytes) {
        resolve('slot', `The slot of ${source} has caught up`);
      }
    },
    endAll: () => {
      for (const kind of KINDS) resolve(kind, `${source} is no longer under backup`);
    },
    onSnapshot: (run) => {
      if (run.state === 'done') resolve('snapshot', `A snapshot of ${source} succeeded`);
      if (run.state !== 'failed') return;
      const { message = '', hint = '' } = run.failure ?? {};
      fire('snapshot', 'high', `The snapshot of ${source} failed`, `${message}. ${hint}. It is tried again.`);
    },
    onProof: (report, run) => {
      if (report?.passed === true) resolve('proof', `A restore of ${source} succeeded`);
      if (report?.passed === true || run.state === 'cancelled') return;
      const body = report?.summary ?? `${run.failure?.message ?? ''}. ${run.failure?.hint ?? ''}`;
      fire('proof', 'critical', `The restore drill of ${source} failed`, body);
    },
  };
}

/** What an event of the stream means to people; undefined where it means nothing. */
function meaningOf(
  source: string,
  event: StreamEvent,
): { readonly what: Kind; readonly told?: Told; readonly ended?: string } | undefined {
  switch (event.type) {
    case 'gap': {
      const body = `${event.reason} Seconds inside the gap cannot be restored. A new snapshot begins by itself and starts a new window.`;
      return { what: 'gap', told: { severity: 'critical', title: `The change stream of ${source} has a gap`, body } };
    }
    case 'gap-covered':
      return { what: 'gap', ended: `A new snapshot of ${source} stands after the gap` };
    case 'vault-refuses': {
      const body = `${event.reason} The source keeps its WAL until the vault takes it again. See holdfast vault status.`;
      return { what: 'vault', told: { severity: 'critical', title: `The vault takes no changes of ${source}`, body } };
    }
    case 'vault-takes':
      return { what: 'vault', ended: `The vault takes the changes of ${source} again` };
    case 'slot-lag': {
      const title = `The slot of ${source} holds back ${formatBytes(event.bytes)} of WAL`;
      const body = `More than ${formatBytes(event.alarmBytes)} lie on the source's disk because the stream is behind. It is given up before the disk fills.`;
      return { what: 'slot', told: { severity: 'high', title, body } };
    }
    case 'slot-lag-ended':
      return { what: 'slot', ended: `The slot of ${source} has caught up` };
    case 'slot-given-up': {
      const title = `The slot of ${source} was given up at ${formatBytes(event.bytes)}`;
      const body = `${event.reason} The source's disk is safe; the window is broken until a new snapshot stands.`;
      return { what: 'slot', told: { severity: 'critical', title, body } };
    }
    case 'corrupt': {
      const body = `${event.reason} They were not stored and are asked for again. If it goes on, look at the network and the source's disk.`;
      return { what: 'corrupt', told: { severity: 'medium', title: `Changes of ${source} arrived damaged`, body } };
    }
    case 'connected':
      return { what: 'corrupt', ended: `Changes of ${source} arrive whole again` };
    default:
      return undefined;
  }
}
