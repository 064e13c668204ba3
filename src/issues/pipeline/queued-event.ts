import type { NormalizedEvent } from '../types.ts';

/** An event between its acceptance and its record. */
export interface QueuedEvent {
  readonly inboxId: string;
  readonly event: NormalizedEvent;
  /** JSON of the event, as the inbox has it. */
  readonly payload: string;
  /** True when it was read back from the inbox after a restart: it may have been stored before the crash. */
  readonly isRecovered: boolean;
}

/** The inbox holds what this program normalized, so its JSON has the shape of an event. */
export const asEvent = (payload: string): NormalizedEvent => JSON.parse(payload) as NormalizedEvent;
