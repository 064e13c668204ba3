import { type Clock, isFailure, type Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { AlertInput, Alerting } from '../../notify/index.ts';
import { ISSUES_OUTBOX_LIMITS as LIMITS } from './limits.ts';
import type { IssuesOutboxTables } from './migrations.ts';

export interface OutboxDeps {
  readonly catalog: Catalog;
  readonly alerting: Alerting;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AlertOutbox {
  /** Hands over what an earlier process left, and from then on what is put in. */
  readonly start: () => void;
  /** Something was committed to the outbox. */
  readonly wake: () => void;
  /** Resolves when the outbox was found empty, or holds only what notify refuses at the moment. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly sequence: number;
  readonly key: string;
  readonly alert: AlertInput;
}

/**
 * Hands alerts to notify in the order of each key. A row goes away after notify has its alert durably; a crash in
 * between hands it over again under the same id, which notify answers without telling anybody twice. One at a time of
 * a key, so that the id that may be repeated is always the newest that notify knows of that key.
 */
export const createAlertOutbox = (deps: OutboxDeps): AlertOutbox => new Outbox(deps);

class Outbox implements AlertOutbox {
  readonly #deps: OutboxDeps;
  readonly #stop = new AbortController();
  readonly #resting = new Map<string, { readonly untilMs: number; readonly failures: number }>();
  #isStarted = false;
  #isAsked = false;
  #running: Promise<void> | undefined;
  #polling: Promise<void> | undefined;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#polling = this.#poll();
    this.wake();
  }

  wake(): void {
    this.#isAsked = true;
    if (!this.#isStarted || this.#stop.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // Asked for between the last look and the end of the run.
      if (this.#isAsked) this.wake();
    });
  }

  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('the outbox is closing'));
    await this.#running;
    await this.#polling;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#deps.clock.sleep(LIMITS.pollMs, signal).catch(() => undefined);
      if (!signal.aborted) this.wake();
    }
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#deps;
    while (!this.#stop.signal.aborted) {
      this.#isAsked = false;
      try {
        if (await this.#round()) continue;
      } catch (error) {
        log.error({ reason: String(error) }, 'the outbox of issue alerts could not be read; it is tried again');
        await clock.sleep(LIMITS.retryMs, this.#stop.signal).catch(() => undefined);
        continue;
      }
      if (!this.#isAsked) return;
    }
  }

  /** One alert of each key. True when there was something to hand over. */
  async #round(): Promise<boolean> {
    const nowMs = this.#deps.clock.monotonicMs();
    const rested = [...this.#resting].filter(([, rest]) => rest.untilMs > nowMs).map(([key]) => key);
    const db = this.#deps.catalog.db<IssuesOutboxTables>();
    let query = db.selectFrom('issue_outbox').select(['sequence', 'key', 'alert']).orderBy('sequence');
    if (rested.length > 0) query = query.where('key', 'not in', rested);
    const waiting: readonly Waiting[] = await query.limit(LIMITS.batch).execute();
    const firsts = [...new Map([...waiting].reverse().map((row) => [row.key, row])).values()];
    const offered = await Promise.all(firsts.map(async (row) => ((await this.#offer(row)) ? [row.sequence] : [])));
    const done = offered.flat();
    if (done.length > 0) await db.deleteFrom('issue_outbox').where('sequence', 'in', done).execute();
    return waiting.length > 0;
  }

  async #offer({ key, alert }: Waiting): Promise<boolean> {
    const { alerting, clock, log } = this.#deps;
    try {
      await alerting.raise(alert);
      this.#resting.delete(key);
      return true;
    } catch (error) {
      const failures = (this.#resting.get(key)?.failures ?? 0) + 1;
      const pauseMs = Math.min(LIMITS.retryMsMax, LIMITS.retryMs * 2 ** Math.min(failures - 1, 6));
      this.#resting.set(key, { untilMs: clock.monotonicMs() + pauseMs, failures });
      const reason = isFailure(error) ? error.code : String(error);
      log.error({ key, reason, failures }, 'notify did not take an issue alert; it is offered again');
      return false;
    }
  }
}
