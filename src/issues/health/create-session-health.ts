import type { SessionHealthDeps } from './context.ts';
import { openUserHash } from './hash-users.ts';
import { openLedger, saveLedger } from './keep-ledger.ts';
import { ISSUES_HEALTH_LIMITS as LIMITS } from './limits.ts';
import { readReleases, readTotals, readTrend } from './read-health.ts';
import { type OpenSessions, takeSessions } from './take-sessions.ts';
import type { Health } from './types.ts';

/** Opens release health. What is known of open sessions is read with the first that comes, and saved now and then. */
export function createSessionHealth(deps: SessionHealthDeps): Health {
  const stop = new AbortController();
  let opening: Promise<OpenSessions> | undefined;
  let saving: Promise<void> | undefined;
  const opened = (): Promise<OpenSessions> => {
    if (opening !== undefined) return opening;
    const mine = open(deps);
    opening = mine;
    mine.then(
      ({ ledger }) => {
        saving = runSaves(deps, ledger, stop.signal);
      },
      () => {
        // The catalog was away; the next session tries again.
        opening = undefined;
      },
    );
    return mine;
  };
  return {
    intake: { sessions: takeSessions(deps, opened) },
    verbs: { totals: readTotals(deps), trend: readTrend(deps), releases: readReleases(deps) },
    close: async () => {
      stop.abort(new Error('release health is closing'));
      const known = await opening?.catch(() => undefined);
      await saving;
      if (known !== undefined) await saveLedger(deps, known.ledger, true);
    },
  };
}

async function open(deps: SessionHealthDeps): Promise<OpenSessions> {
  const hashUser = await openUserHash(deps);
  return { ledger: await openLedger(deps), hashUser };
}

async function runSaves(deps: SessionHealthDeps, ledger: OpenSessions['ledger'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await deps.clock.sleep(LIMITS.saveMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      await saveLedger(deps, ledger, false);
    } catch (error) {
      deps.log.warn({ reason: String(error) }, 'open sessions could not be written down; it is tried again');
    }
  }
}
