import { LRUCache } from 'lru-cache';
import { clip, storableText } from '../../base/index.ts';
import type { ErrorSessionRow } from '../../telemetry/index.ts';
import type { SessionHealthDeps } from './context.ts';
import type { HashUser } from './hash-users.ts';
import { ISSUES_HEALTH_LIMITS as LIMITS } from './limits.ts';
import type { LedgerMark, SessionDelta, SessionLedger } from './session-ledger.ts';
import type { IncomingSession, SessionAggregate, SessionIntake } from './types.ts';

export interface OpenSessions {
  readonly ledger: SessionLedger;
  readonly hashUser: HashUser;
}

/** Counts sessions into the minutes in which they began. `opened` says where the state of open sessions is. */
export function takeSessions(deps: SessionHealthDeps, opened: () => Promise<OpenSessions>): SessionIntake['sessions'] {
  const texts = new LRUCache<string, string>({ max: LIMITS.textsCached });
  const text = (given: string): string => {
    const known = texts.get(given);
    if (known !== undefined) return known;
    const clean = clip(deps.redactor.text(storableText(given)), LIMITS.textCharsMax);
    texts.set(given, clean);
    return clean;
  };
  return async (sessions) => {
    const open = await opened();
    const nowMs = deps.clock.nowMs();
    const rows = new Map<string, ErrorSessionRow>();
    const marks: LedgerMark[] = [];
    let counted = 0;
    let refused = 0;
    for (const session of sessions) {
      if (!isInTime(session, nowMs) || !hasCounts(session)) {
        refused += 1;
        continue;
      }
      const delta = deltaOf(open.ledger, session, marks);
      if (delta === undefined) continue;
      counted += 1;
      addRow(rows, rowOf(session, { delta, nowMs, text, hashUser: open.hashUser }));
    }
    try {
      if (rows.size > 0) await deps.telemetry.appendErrorSessions([...rows.values()]);
    } catch (error) {
      // The sender is told that nothing was taken, and may say it again.
      open.ledger.undo(marks.reverse());
      throw error;
    }
    await tellReleases(deps, [...rows.values()]);
    return { counted, known: sessions.length - counted - refused, refused };
  };
}

/** Counts are durable by now: a sender that was refused would say them again, so a release that is not noted waits. */
async function tellReleases(deps: SessionHealthDeps, rows: readonly ErrorSessionRow[]): Promise<void> {
  const named = rows.filter(({ release }) => release !== '');
  try {
    await deps.releases.seen(named.map(({ projectId, release, timeMs }) => ({ projectId, version: release, timeMs })));
  } catch (error) {
    deps.log.warn({ err: error }, 'releases that sessions name were not noted');
  }
}

const isInTime = ({ startedMs }: IncomingSession, nowMs: number): boolean =>
  Number.isFinite(startedMs) && startedMs >= nowMs - LIMITS.updateAgeMsMax;

const hasCounts = (session: IncomingSession): boolean =>
  session.type === 'update'
    ? Number.isFinite(session.errors)
    : [session.exited, session.errored, session.crashed, session.abnormal, session.unhandled].every(
        (count) => Number.isSafeInteger(count) && count >= 0 && count <= LIMITS.countMax,
      );

function deltaOf(ledger: SessionLedger, session: IncomingSession, marks: LedgerMark[]): SessionDelta | undefined {
  if (session.type === 'aggregate') return sumOf(session);
  const update = { ...session, projectId: session.project.id };
  const mark = ledger.mark(update);
  if (mark !== undefined) marks.push(mark);
  return ledger.take(update);
}

/** An aggregate counts ended sessions apart: `exited` are those without errors, `errored` those that ended all the same. */
function sumOf(aggregate: SessionAggregate): SessionDelta | undefined {
  const { exited, errored, crashed, abnormal, unhandled } = aggregate;
  const bad = errored + crashed + abnormal + unhandled;
  if (exited + bad === 0) return undefined;
  return { started: exited + bad, exited: exited + errored, errored: bad, crashed, abnormal, unhandled };
}

function rowOf(
  session: IncomingSession,
  by: {
    readonly delta: SessionDelta;
    readonly nowMs: number;
    readonly text: (given: string) => string;
    readonly hashUser: HashUser;
  },
): ErrorSessionRow {
  const { project, did } = session;
  return {
    ...by.delta,
    // A session of a clock that is ahead began now at the latest.
    timeMs: Math.floor(Math.min(session.startedMs, by.nowMs) / 60_000) * 60_000,
    projectId: project.id,
    release: by.text(session.release),
    environment: by.text(session.environment) || 'production',
    userHash: did === undefined || did === '' ? '' : by.hashUser(project.id, did),
    retentionDays: project.settings.retentionDays,
  };
}

/** Rows of one call that share their key are one. */
function addRow(rows: Map<string, ErrorSessionRow>, row: ErrorSessionRow): void {
  const key = [row.timeMs, row.projectId, row.userHash, row.environment, row.release].join('\u0000');
  const known = rows.get(key);
  if (known === undefined) {
    rows.set(key, row);
    return;
  }
  rows.set(key, {
    ...row,
    started: row.started + known.started,
    exited: row.exited + known.exited,
    errored: row.errored + known.errored,
    crashed: row.crashed + known.crashed,
    abnormal: row.abnormal + known.abnormal,
    unhandled: row.unhandled + known.unhandled,
  });
}
