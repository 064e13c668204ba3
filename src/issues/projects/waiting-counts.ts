import { HOUR_MS } from '../../base/index.ts';
import type { OutcomeCount } from '../types.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';

/** A row of project_outcomes. */
export interface Row {
  readonly project_id: number;
  readonly hour_ms: number;
  readonly category: string;
  readonly item_type: string;
  readonly outcome: string;
  readonly reason: string;
  quantity: number;
}

const OTHER = 'other';

/** What was counted and is not written yet. */
export interface TakenCounts {
  readonly rows: readonly Row[];
  /** When each project was sent something last, and each key was used. */
  readonly accepted: ReadonlyMap<string, number>;
  readonly used: ReadonlyMap<string, number>;
}

/** Sums in memory. Pure but for its own state. */
export class WaitingCounts {
  #sums = new Map<string, Row>();
  #accepted = new Map<string, number>();
  #used = new Map<string, number>();
  #known = { hourMs: 0, perProject: new Map<string, Set<string>>() };

  add(counts: readonly OutcomeCount[], nowMs: number): void {
    const hourMs = nowMs - (nowMs % HOUR_MS);
    if (hourMs !== this.#known.hourMs) this.#known = { hourMs, perProject: new Map() };
    for (const count of counts) {
      if (!(count.quantity > 0)) continue;
      const words = this.#known.perProject.get(count.projectId) ?? new Set<string>();
      this.#known.perProject.set(count.projectId, words);
      this.#sum(rowOf(count, hourMs, words));
      if (count.outcome === 'accepted') this.#accepted.set(count.projectId, nowMs);
    }
  }

  used(publicKey: string, nowMs: number): void {
    this.#used.set(publicKey, nowMs);
  }

  take(): TakenCounts {
    const taken = { rows: [...this.#sums.values()], accepted: this.#accepted, used: this.#used };
    [this.#sums, this.#accepted, this.#used] = [new Map(), new Map(), new Map()];
    return taken;
  }

  putBack({ rows, accepted, used }: TakenCounts): void {
    for (const row of rows) this.#sum(row);
    for (const [id, ms] of accepted) if (!this.#accepted.has(id)) this.#accepted.set(id, ms);
    for (const [key, ms] of used) if (!this.#used.has(key)) this.#used.set(key, ms);
  }

  #sum(row: Row): void {
    const key = `${row.project_id}\n${row.hour_ms}\n${row.category}\n${row.item_type}\n${row.outcome}\n${row.reason}`;
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, row);
    else sum.quantity += row.quantity;
  }
}

function rowOf(count: OutcomeCount, hourMs: number, words: Set<string>): Row {
  const max = ISSUES_PROJECTS_LIMITS.countWordCharsMax;
  const base = {
    project_id: Number(count.projectId),
    hour_ms: hourMs,
    category: count.category,
    outcome: count.outcome,
    quantity: Math.floor(count.quantity),
  };
  const item_type = storable(count.itemType).slice(0, max);
  const reason = storable(count.reason).slice(0, max);
  const word = `${item_type}\n${reason}`;
  if (words.has(word)) return { ...base, item_type, reason };
  if (words.size >= ISSUES_PROJECTS_LIMITS.countKeysPerHourMax) return { ...base, item_type: OTHER, reason: OTHER };
  words.add(word);
  return { ...base, item_type, reason };
}

/** Words of senders without what a terminal, a page or the database would take amiss. */
const storable = (text: string): string => text.replace(/[^\p{L}\p{N}_.:/ -]/gu, '?');
