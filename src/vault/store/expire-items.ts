import { Failure, isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { CHUNKS, ITEMS, parseItemName } from '../format/item-record.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { ClockMarks } from './clock-marks.ts';
import type { VaultContext } from './context.ts';
import { headIn, type Lock, mergeLocks } from './copies.ts';
import type { OpenedRecord } from './item-objects.ts';
import { tooFewAnswers } from './locate-item.ts';
import { openRecordOf } from './open-record.ts';
import { walkZones } from './walk-zones.ts';

export interface ExpiryEntry {
  /** The item; undefined for chunks that no record names. */
  readonly id: string | undefined;
  readonly kind: string | undefined;
  readonly action: 'remove' | 'keep';
  readonly reason: 'expired' | 'unfinished-upload' | 'locked' | 'legal-hold' | 'living' | 'unreadable';
  /** A sentence for people. */
  readonly explanation: string;
  readonly retainUntilMs: number;
  /** The record first, then chunks that nothing else names. */
  readonly objects: readonly string[];
  readonly bytes: number;
}

export interface ExpiryPlan {
  readonly plannedMs: number;
  /** What is removed and what is kept although its item ended, at most VAULT_LIMITS.expiryPlanItemsMax. */
  readonly entries: readonly ExpiryEntry[];
  readonly removals: number;
  readonly kept: number;
  readonly complete: boolean;
}

export interface ExpiryReport {
  readonly removed: readonly ExpiryEntry[];
  readonly refused: readonly { readonly entry: ExpiryEntry; readonly reason: string }[];
  readonly appliedMs: number;
}

/**
 * Decides, without changing anything, what may go: items whose lock has passed in every zone that answers, that no hold
 * keeps, and that the caller does not name as living. So many zones must answer that an extension acknowledged by a
 * quorum is seen. A chunk goes only with the last record that names it.
 */
export async function planExpiry(
  context: VaultContext,
  input: { readonly nowMs: number; readonly livingIds: ReadonlySet<string>; readonly marks: ClockMarks },
): Promise<ExpiryPlan> {
  await input.marks.check();
  const nowMs = Math.min(input.nowMs, context.clock.nowMs());
  const judged: { readonly entry: ExpiryEntry; readonly opened: OpenedRecord | undefined }[] = [];
  const needed = new Set<string>();
  let incomplete = false;
  for await (const walked of walkZones({ zones: context.zones.all, prefix: ITEMS })) {
    requireAnswers(context, walked.answering.size);
    const lock = mergeLocks([...walked.copies.values()]);
    if (lock === undefined) continue;
    const bytes = [...walked.copies.values()][0]?.lengthBytes ?? 0;
    const { entry, opened } = await judgeItem(context, {
      name: walked.name,
      lock,
      bytes,
      nowMs,
      living: input.livingIds,
    });
    if (entry.reason === 'unreadable' && parseItemName(walked.name)?.inline !== true) incomplete = true;
    if (entry.action === 'keep') for (const chunk of chunksOf(opened)) needed.add(chunk);
    if (judged.length < VAULT_LIMITS.expiryPlanItemsMax) judged.push({ entry, opened });
    else for (const chunk of chunksOf(opened)) needed.add(chunk);
  }
  const entries = judged.map(({ entry, opened }) =>
    entry.action === 'keep'
      ? entry
      : { ...entry, objects: [...entry.objects, ...chunksOf(opened).filter((chunk) => !needed.has(chunk))] },
  );
  for (const { opened } of judged) for (const chunk of chunksOf(opened)) needed.add(chunk);
  // With a record that does not open it is not known which chunks it needs, so none is called unfinished.
  if (!incomplete) entries.push(...(await unfinishedChunks(context, needed, nowMs)));
  const removals = entries.filter((entry) => entry.action === 'remove').length;
  const complete = judged.length < VAULT_LIMITS.expiryPlanItemsMax && !incomplete;
  return { plannedMs: nowMs, entries, removals, kept: entries.length - removals, complete };
}

const chunksOf = (opened: OpenedRecord | undefined): readonly string[] =>
  opened?.record.body.type === 'chunks' ? opened.record.body.chunks.map((chunk) => chunk.name) : [];

function requireAnswers(context: VaultContext, answers: number): void {
  if (answers < context.zones.readQuorum) throw tooFewAnswers(context, { done: answers, action: 'told their locks' });
}

async function judgeItem(
  context: VaultContext,
  input: {
    readonly name: string;
    readonly lock: Lock;
    readonly bytes: number;
    readonly nowMs: number;
    readonly living: ReadonlySet<string>;
  },
): Promise<{ readonly entry: ExpiryEntry; readonly opened: OpenedRecord | undefined }> {
  const { name, lock, nowMs, living } = input;
  const parsed = parseItemName(name);
  const base = { kind: parsed?.kind, retainUntilMs: lock.retainUntilMs, objects: [name], bytes: input.bytes };
  const locked = lock.legalHold || lock.retainUntilMs > nowMs;
  // A locked inline item names no chunks, so it need not be read to be kept.
  const skip = locked && parsed?.inline === true;
  const opened = skip ? undefined : await openRecordOf(context, name).catch(() => undefined);
  const keep = (reason: ExpiryEntry['reason'], explanation: string): ExpiryEntry => ({
    ...base,
    id: opened?.record.id,
    action: 'keep',
    reason,
    explanation,
  });
  const judge = (): ExpiryEntry => {
    if (lock.legalHold) return keep('legal-hold', 'a legal hold keeps it whatever its time');
    if (locked) return keep('locked', `it is locked until ${lock.retainUntilMs}`);
    if (opened === undefined) return keep('unreadable', 'no zone gives its record, so what it is cannot be told');
    if (opened.record.createdMs > nowMs + VAULT_LIMITS.clockToleranceMs) {
      throw new Failure(VAULT_FAILURES.clockImplausible, {
        reason: `it says ${nowMs}, and an item was made at ${opened.record.createdMs}`,
      });
    }
    if (living.has(opened.record.id)) return keep('living', 'its time has passed, but it is still in use');
    const explanation = `its time passed at ${lock.retainUntilMs} and nothing uses it`;
    return { ...base, id: opened.record.id, action: 'remove', reason: 'expired', explanation };
  };
  return { entry: judge(), opened };
}

async function unfinishedChunks(
  context: VaultContext,
  needed: ReadonlySet<string>,
  nowMs: number,
): Promise<readonly ExpiryEntry[]> {
  const entries: ExpiryEntry[] = [];
  for await (const walked of walkZones({ zones: context.zones.all, prefix: CHUNKS })) {
    requireAnswers(context, walked.answering.size);
    const lock = mergeLocks([...walked.copies.values()]);
    if (lock === undefined || needed.has(walked.name) || context.uploading.has(walked.name)) continue;
    if (lock.legalHold || lock.retainUntilMs > nowMs) continue;
    if (entries.length >= VAULT_LIMITS.expiryPlanItemsMax) break;
    entries.push({
      id: undefined,
      kind: undefined,
      action: 'remove',
      reason: 'unfinished-upload',
      explanation: 'no record names this chunk, and its time has passed',
      retainUntilMs: lock.retainUntilMs,
      objects: [walked.name],
      bytes: [...walked.copies.values()][0]?.lengthBytes ?? 0,
    });
  }
  return entries;
}

/** Carries out a plan once, soon after it was made. Locks are read again before each removal. */
export async function applyExpiry(context: VaultContext, plan: ExpiryPlan, marks: ClockMarks): Promise<ExpiryReport> {
  await marks.check();
  const appliedMs = context.clock.nowMs();
  if (appliedMs < plan.plannedMs || appliedMs > plan.plannedMs + VAULT_LIMITS.expiryPlanMsMax) {
    throw new Failure(VAULT_FAILURES.planStale, { plannedMs: plan.plannedMs, nowMs: appliedMs });
  }
  const removed: ExpiryEntry[] = [];
  const refused: { entry: ExpiryEntry; reason: string }[] = [];
  for (const entry of plan.entries) {
    if (entry.action !== 'remove') continue;
    try {
      await context.turn(entry.id ?? 'unfinished', () => removeEntry(context, entry, plan.plannedMs));
      removed.push(entry);
    } catch (error) {
      refused.push({ entry, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { removed, refused, appliedMs };
}

/** The record goes first from every zone: a crash in between leaves chunks that no record names, which the next plan takes. */
async function removeEntry(context: VaultContext, entry: ExpiryEntry, nowMs: number): Promise<void> {
  for (const name of entry.objects) {
    const heads = await Promise.allSettled(context.zones.all.map((zone) => headIn(zone, name)));
    const told = heads.filter((head) => head.status === 'fulfilled');
    requireAnswers(context, told.length);
    const lock = mergeLocks(told.map((head) => head.value).filter((head) => head !== undefined));
    if (lock !== undefined && (lock.legalHold || lock.retainUntilMs > nowMs)) {
      const reason = lock.legalHold ? 'it is under legal hold' : `until ${lock.retainUntilMs}`;
      throw new Failure(VAULT_FAILURES.locked, { name, zone: 'the vault', reason });
    }
    for (const [index, zone] of context.zones.all.entries()) {
      const head = heads[index];
      if (head?.status !== 'fulfilled' || head.value === undefined) continue;
      await zone
        .call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.remove(name, nowMs))
        .catch((error: unknown) => {
          if (!isFailure(error, VAULT_FAILURES.objectMissing)) throw error;
        });
      zone.noteCopied(name);
    }
  }
}
