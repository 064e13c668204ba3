import { sql } from 'kysely';
import { Failure } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { EVIDENCE_FAILURES } from './failures.ts';
import { EVIDENCE_LIMITS } from './limits.ts';
import type { EvidenceTables } from './migrations.ts';
import type { PromiseId, Proof } from './types.ts';

export interface ProofFilter {
  readonly probe?: string;
  readonly promise?: string;
  readonly limit?: number;
  readonly pageToken?: string;
}

export interface ProofPage {
  readonly proofs: readonly Proof[];
  readonly nextPageToken?: string;
}

export interface ProofStore {
  /** Durable when it resolves. */
  readonly append: (proof: Proof) => Promise<void>;
  readonly newestByProbe: () => Promise<ReadonlyMap<string, Proof>>;
  /** When each probe last passed, milliseconds since 1970. */
  readonly lastPassedByProbe: () => Promise<ReadonlyMap<string, number>>;
  /** Newest first. Throws `evidence.page-token-invalid`. */
  readonly list: (filter: ProofFilter) => Promise<ProofPage>;
}

interface ProofRow {
  readonly id: string;
  readonly probe: string;
  readonly promise: string;
  readonly passed: boolean;
  readonly summary: string;
  readonly measurements: unknown;
  readonly started_at: Date;
  readonly duration_ms: number;
}

const toProof = (row: ProofRow): Proof => ({
  id: row.id,
  probe: row.probe,
  promise: row.promise as PromiseId,
  passed: row.passed,
  summary: row.summary,
  measurements: row.measurements as Proof['measurements'],
  startedAtMs: row.started_at.getTime(),
  durationMs: row.duration_ms,
});

/** Evidence rows in PostgreSQL; the table refuses every change of a row. */
export function createProofStore(catalog: Catalog): ProofStore {
  const db = catalog.db<EvidenceTables>();
  return {
    append: async (proof) => {
      await db
        .insertInto('evidence_proofs')
        .values({
          id: proof.id,
          probe: proof.probe,
          promise: proof.promise,
          passed: proof.passed,
          summary: proof.summary,
          measurements: JSON.stringify(proof.measurements),
          started_at: new Date(proof.startedAtMs),
          duration_ms: proof.durationMs,
        })
        .execute();
    },
    newestByProbe: async () => {
      const rows = await db
        .selectFrom('evidence_proofs')
        .selectAll()
        .distinctOn('probe')
        .orderBy('probe')
        .orderBy('seq', 'desc')
        .execute();
      return new Map(rows.map((row) => [row.probe, toProof(row)]));
    },
    lastPassedByProbe: async () => {
      const rows = await db
        .selectFrom('evidence_proofs')
        .select(['probe', sql<Date>`max(started_at)`.as('at')])
        .where('passed', '=', true)
        .groupBy('probe')
        .execute();
      return new Map(rows.map((row) => [row.probe, row.at.getTime()]));
    },
    list: (filter) => listProofs(catalog, filter),
  };
}

async function listProofs(catalog: Catalog, filter: ProofFilter): Promise<ProofPage> {
  const limit = Math.min(Math.max(1, filter.limit ?? 50), EVIDENCE_LIMITS.proofsPageMax);
  if (filter.pageToken !== undefined && !/^\d{1,18}$/.test(filter.pageToken)) {
    throw new Failure(EVIDENCE_FAILURES.pageTokenInvalid);
  }
  let query = catalog
    .db<EvidenceTables>()
    .selectFrom('evidence_proofs')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(limit + 1);
  if (filter.probe !== undefined) query = query.where('probe', '=', filter.probe);
  if (filter.promise !== undefined) query = query.where('promise', '=', filter.promise);
  if (filter.pageToken !== undefined) query = query.where('seq', '<', filter.pageToken);
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    proofs: page.map(toProof),
    ...(rows.length > limit && last !== undefined ? { nextPageToken: String(last.seq) } : {}),
  };
}
