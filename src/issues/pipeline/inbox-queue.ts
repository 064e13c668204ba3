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

export function createInboxQueue(deps: InboxQueueDeps): InboxQueue {
  const { memoryEventsMax = LIMITS.memoryEventsMax, memoryBytesMax = LIMITS.memoryBytesMax } = deps;
  const { after, lastId } = deps.start;
  let memory: QueuedEvent[] = [];
  let memoryBytes = 0;
  // What is behind this id is on disk only; undefined when memory has all.
  let diskAfter: string | undefined = lastId > after ? after : undefined;
  let diskLast = lastId;
  let events = deps.start.events;
  let bytes = deps.start.bytes;
  let taken: string | undefined;
  let inHand = 0;
  const writing = new Set<string>();

  /** A set keeps the order of insertion, and ids are handed out in order. */
  const firstWriting = (): string | undefined => writing.values().next().value;
  const mayPass = (inboxId: string): boolean => {
    const first = firstWriting();
    return first === undefined || inboxId < first;
  };
  const isDrained = (): boolean => memory.length === 0 && diskAfter === undefined && inHand === 0;
  const remember = (event: QueuedEvent): void => {
    let at = memory.length;
    while (at > 0 && (memory[at - 1]?.inboxId ?? '') > event.inboxId) at -= 1;
    memory.splice(at, 0, event);
    memoryBytes += event.payload.length;
  };
  const acceptOne = (event: QueuedEvent): void => {
    writing.delete(event.inboxId);
    events += 1;
    bytes += event.payload.length;
    const hasRoom = memory.length < memoryEventsMax && memoryBytes < memoryBytesMax;
    // A smaller id than the last that memory holds belongs there, however full it is: order comes first.
    const before = memory.at(-1)?.inboxId;
    if (
      diskAfter === undefined ? hasRoom || (before !== undefined && event.inboxId < before) : event.inboxId < diskAfter
    ) {
      remember(event);
      return;
    }
    diskAfter ??= before ?? taken ?? after;
    if (event.inboxId > diskLast) diskLast = event.inboxId;
  };
  const refill = async (): Promise<void> => {
    if (diskAfter === undefined) return;
    const known = diskLast;
    const page = await deps.readPage(diskAfter, firstWriting());
    for (const event of page.events) remember(event);
    if (page.lastId !== undefined) diskAfter = page.lastId;
    // Nothing is there although something was: it could not be read, or was refused after all.
    else if (known === diskLast && mayPass(diskLast)) diskAfter = undefined;
    if (diskAfter !== undefined && diskAfter >= diskLast) diskAfter = undefined;
  };

  return {
    begin: (inboxIds) => {
      for (const inboxId of inboxIds) writing.add(inboxId);
    },
    accept: (accepted) => {
      for (const event of accepted) acceptOne(event);
    },
    abandon: (inboxIds) => {
      for (const inboxId of inboxIds) writing.delete(inboxId);
    },
    take: async (max) => {
      if (memory.length === 0) await refill();
      let count = 0;
      let size = 0;
      for (const event of memory) {
        size += event.payload.length;
        if (count >= max.events || (count > 0 && size > max.bytes) || !mayPass(event.inboxId)) break;
        count += 1;
      }
      const batch = memory.slice(0, count);
      memory = memory.slice(count);
      for (const event of batch) memoryBytes -= event.payload.length;
      taken = batch.at(-1)?.inboxId ?? taken;
      inHand += batch.length;
      return batch;
    },
    done: (processed) => {
      inHand -= processed.length;
      events = Math.max(0, events - processed.length);
      for (const event of processed) bytes = Math.max(0, bytes - event.payload.length);
      // What was read back may not be what was counted: bytes of JSON against characters, and rows that were refused.
      if (isDrained()) [events, bytes] = [0, 0];
    },
    isReady: () => {
      const first = memory[0];
      if (first !== undefined) return mayPass(first.inboxId);
      return diskAfter !== undefined && mayPass(`${diskAfter}0`);
    },
    isIdle: () => isDrained() && writing.size === 0,
    size: () => ({ events, bytes, onDisk: Math.max(0, events - memory.length) }),
    oldestId: () => memory[0]?.inboxId ?? diskAfter,
  };
}
