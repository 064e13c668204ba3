import { sql } from 'kysely';
import type { Actor, Authorize } from '../access/index.ts';
import { type Clock, DAY_MS, type Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { RedactionReport } from '../redact/index.ts';
import { EVIDENCE_LIMITS } from './limits.ts';
import type { EvidenceTables } from './migrations.ts';

export interface RedactionCounts {
  /** ISO days, UTC. */
  readonly days: readonly { readonly day: string; readonly rule: string; readonly masks: number }[];
  readonly failedClosed: number;
  readonly recordsScanned: number;
  readonly bytesScanned: number;
}

/** How much was masked, by rule and day; counts only. */
export interface RedactionTally {
  readonly add: (report: RedactionReport, scanned: { readonly records: number; readonly bytes: number }) => void;
  /** Of the last `days` days, today included. */
  readonly counts: (actor: Actor, days: number) => Promise<RedactionCounts>;
  readonly close: () => Promise<void>;
}

const RECORDS = '(records)';
const BYTES = '(bytes)';
const FAILED_CLOSED = '(failed closed)';

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Gathers in memory and adds to the table every few seconds. */
export function createRedactionTally(deps: {
  readonly catalog: Catalog;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly log: Log;
}): RedactionTally {
  const { catalog, clock } = deps;
  const stopping = new AbortController();
  let pending = new Map<string, number>();
  const bump = (name: string, amount: number): void => {
    if (amount > 0) pending.set(name, (pending.get(name) ?? 0) + amount);
  };

  const flush = async (): Promise<void> => {
    if (pending.size === 0) return;
    const taken = pending;
    pending = new Map();
    const rows = [...taken].map(([name, amount]) => ({ day: dayOf(clock.nowMs()), name, amount }));
    try {
      await catalog
        .db<EvidenceTables>()
        .insertInto('evidence_redactions')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['day', 'name']).doUpdateSet({ amount: sql`evidence_redactions.amount + excluded.amount` }),
        )
        .execute();
    } catch (error) {
      for (const [name, amount] of taken) bump(name, amount);
      deps.log.warn({ err: error }, 'counts of redaction could not be written yet');
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(EVIDENCE_LIMITS.tallyFlushMs, stopping.signal);
      await flush();
    }
  };
  const flushing = loop().catch(() => undefined);

  return {
    add: (report, { records, bytes }) => {
      for (const [rule, masks] of report.masksByRule) bump(rule, masks);
      bump(RECORDS, records);
      bump(BYTES, bytes);
      bump(FAILED_CLOSED, report.failedClosed);
    },
    counts: async (actor, days) => {
      await deps.authorize(actor, 'redaction:Read', { type: 'redaction', name: '*' });
      await flush();
      return readCounts(catalog, dayOf(clock.nowMs() - (Math.min(days, EVIDENCE_LIMITS.tallyDaysMax) - 1) * DAY_MS));
    },
    close: async () => {
      stopping.abort(new Error('stopping'));
      await flushing;
      await flush();
    },
  };
}

async function readCounts(catalog: Catalog, sinceDay: string): Promise<RedactionCounts> {
  const rows = await catalog
    .db<EvidenceTables>()
    .selectFrom('evidence_redactions')
    .select([sql<string>`to_char(day, 'YYYY-MM-DD')`.as('day'), 'name', 'amount'])
    .where(sql<boolean>`day >= ${sinceDay}::date`)
    .orderBy('day')
    .orderBy('name')
    .execute();
  const sum = (name: string): number =>
    rows.filter((row) => row.name === name).reduce((total, row) => total + Number(row.amount), 0);
  return {
    days: rows
      .filter((row) => !row.name.startsWith('('))
      .map(({ day, name, amount }) => ({ day, rule: name, masks: Number(amount) })),
    failedClosed: sum(FAILED_CLOSED),
    recordsScanned: sum(RECORDS),
    bytesScanned: sum(BYTES),
  };
}
