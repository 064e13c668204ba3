import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';
import type { QueuedEvent } from './queued-event.ts';

/**
 * What was taken and waits, in the order of inbox ids. The inbox on disk holds all of it; memory holds the beginning,
 * so that what comes at a normal pace is never read back. When memory is full, what follows is left on disk
 * and read in pages when its turn comes, exactly as after a restart.
 *
 * An event may only be processed when no smaller id can still be acknowledged, for the mark would pass over that one:
 * so ids that are being written hold back everything behind them.
 */
export interface InboxQueue {
  /** Ids that are about to be written. */
  readonly begin: (inboxIds: readonly string[]) => void;
  /** They are durable. */
  readonly accept: (events: readonly QueuedEvent[]) => void;
  /** They were refused, so nobody relies on them. */
  readonly abandon: (inboxIds: readonly string[]) => void;
  /** The next events that may be processed; what is taken stays counted until `done`. */
  readonly take: (max: { readonly events: number; readonly bytes: number }) => Promise<readonly QueuedEvent[]>;
  readonly done: (events: readonly QueuedEvent[]) => void;
  /** Something that may be taken. */
  readonly isReady: () => boolean;
  /** Nothing waits, nothing is being processed, and nothing is being written. */
  readonly isIdle: () => boolean;
  readonly size: () => { readonly events: number; readonly bytes: number; readonly onDisk: number };
  readonly oldestId: () => string | undefined;
}

export interface InboxPage {
  readonly events: readonly QueuedEvent[];
  /** Of the last row that was read, also when its JSON could not be; undefined when there was no row. */
  readonly lastId: string | undefined;
}

export interface InboxQueueDeps {
  /** Durable events behind `after` and before `before`, in order; empty when there are none. */
  readonly readPage: (after: string, before: string | undefined) => Promise<InboxPage>;
  /** What was on disk behind `after` when the program started. */
  readonly start: { readonly after: string; readonly events: number; readonly bytes: number; readonly lastId: string };
  readonly memoryEventsMax?: number;
  readonly memoryBytesMax?: number;
}

export const createInboxQueue = (deps: InboxQueueDeps): InboxQueue => new QueueOverInbox(deps);

class QueueOverInbox implements InboxQueue {
  readonly #deps: InboxQueueDeps;
  readonly #memoryEventsMax: number;
  readonly #memoryBytesMax: number;
  #memory: QueuedEvent[] = [];
  #memoryBytes = 0;
  /** What is behind this id is on disk only; undefined when memory has all. */
  #diskAfter: string | undefined;
  #diskLast: string;
  #events: number;
  #bytes: number;
  #taken: string | undefined;
  #inHand = 0;
  /** A set keeps the order of insertion, and ids are handed out in order: the first is the smallest. */
  readonly #writing = new Set<string>();

  constructor(deps: InboxQueueDeps) {
    const { after, lastId, events, bytes } = deps.start;
    this.#deps = deps;
    this.#memoryEventsMax = deps.memoryEventsMax ?? LIMITS.memoryEventsMax;
    this.#memoryBytesMax = deps.memoryBytesMax ?? LIMITS.memoryBytesMax;
    this.#diskAfter = lastId > after ? after : undefined;
    this.#diskLast = lastId;
    this.#events = events;
    this.#bytes = bytes;
  }

  begin(inboxIds: readonly string[]): void {
    for (const inboxId of inboxIds) this.#writing.add(inboxId);
  }

  accept(accepted: readonly QueuedEvent[]): void {
    for (const event of accepted) this.#acceptOne(event);
  }

  abandon(inboxIds: readonly string[]): void {
    for (const inboxId of inboxIds) this.#writing.delete(inboxId);
  }

  async take(max: { readonly events: number; readonly bytes: number }): Promise<readonly QueuedEvent[]> {
    if (this.#memory.length === 0) await this.#refill();
    let count = 0;
    let size = 0;
    for (const event of this.#memory) {
      size += event.payload.length;
      if (count >= max.events || (count > 0 && size > max.bytes) || !this.#mayPass(event.inboxId)) break;
      count += 1;
    }
    const batch = this.#memory.slice(0, count);
    this.#memory = this.#memory.slice(count);
    for (const event of batch) this.#memoryBytes -= event.payload.length;
    this.#taken = batch.at(-1)?.inboxId ?? this.#taken;
    this.#inHand += batch.length;
    return batch;
  }

  done(processed: readonly QueuedEvent[]): void {
    this.#inHand -= processed.length;
    this.#events = Math.max(0, this.#events - processed.length);
    for (const event of processed) this.#bytes = Math.max(0, this.#bytes - event.payload.length);
    // What was read back may not be what was counted: bytes of JSON against characters, and rows that were refused.
    if (this.#isDrained()) [this.#events, this.#bytes] = [0, 0];
  }

  isReady(): boolean {
    const first = this.#memory[0];
    if (first !== undefined) return this.#mayPass(first.inboxId);
    return this.#diskAfter !== undefined && this.#mayPass(`${this.#diskAfter}0`);
  }

  isIdle(): boolean {
    return this.#isDrained() && this.#writing.size === 0;
  }

  size(): { readonly events: number; readonly bytes: number; readonly onDisk: number } {
    return {
      events: this.#events,
      bytes: this.#bytes,
      onDisk: Math.max(0, this.#events - this.#memory.length - this.#inHand),
    };
  }

  oldestId(): string | undefined {
    return this.#memory[0]?.inboxId ?? this.#diskAfter;
  }

  #isDrained(): boolean {
    return this.#memory.length === 0 && this.#diskAfter === undefined && this.#inHand === 0;
  }

  #firstWriting(): string | undefined {
    return this.#writing.values().next().value;
  }

  #mayPass(inboxId: string): boolean {
    const first = this.#firstWriting();
    return first === undefined || inboxId < first;
  }

  #remember(event: QueuedEvent): void {
    let at = this.#memory.length;
    while (at > 0 && (this.#memory[at - 1]?.inboxId ?? '') > event.inboxId) at -= 1;
    this.#memory.splice(at, 0, event);
    this.#memoryBytes += event.payload.length;
  }

  #acceptOne(event: QueuedEvent): void {
    this.#writing.delete(event.inboxId);
    this.#events += 1;
    this.#bytes += event.payload.length;
    // A smaller id than the last that memory holds belongs there, however full it is: order comes first.
    const last = this.#memory.at(-1)?.inboxId;
    const hasRoom = this.#memory.length < this.#memoryEventsMax && this.#memoryBytes < this.#memoryBytesMax;
    const belongs = last !== undefined && event.inboxId < last;
    if (this.#diskAfter === undefined ? hasRoom || belongs : event.inboxId < this.#diskAfter) {
      this.#remember(event);
      return;
    }
    this.#diskAfter ??= last ?? this.#taken ?? this.#deps.start.after;
    if (event.inboxId > this.#diskLast) this.#diskLast = event.inboxId;
  }

  async #refill(): Promise<void> {
    if (this.#diskAfter === undefined) return;
    const known = this.#diskLast;
    const page = await this.#deps.readPage(this.#diskAfter, this.#firstWriting());
    for (const event of page.events) this.#remember(event);
    if (page.lastId !== undefined) this.#diskAfter = page.lastId;
    // Nothing is there although something was: it could not be read, or was refused after all.
    else if (known === this.#diskLast && this.#mayPass(known)) this.#diskAfter = undefined;
    if (this.#diskAfter !== undefined && this.#diskAfter >= this.#diskLast) this.#diskAfter = undefined;
  }
}
