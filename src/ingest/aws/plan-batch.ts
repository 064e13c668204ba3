import { AWS_LIMITS } from './limits.ts';
import { parameterInvalid } from './operation.ts';

export interface InputLogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

export interface RejectedEvents {
  /** Index of the first event that is too new. */
  readonly tooNewLogEventStartIndex?: number;
  /** Index after the last event that is too old. */
  readonly tooOldLogEventEndIndex?: number;
  /** Index after the last event that is older than the group's retention. */
  readonly expiredLogEventEndIndex?: number;
}

export interface BatchPlan {
  readonly valid: readonly InputLogEvent[];
  /** Index of the first valid event. */
  readonly validStart: number;
  readonly rejected: RejectedEvents;
}

/**
 * The rules of PutLogEvents (API reference, "PutLogEvents"). Throws `aws.parameter-invalid` when the whole batch is
 * against them: too large, not in order of time, or valid events more than 24 hours apart. Events that are too old or
 * too new are left out and named by index, which is possible because the batch is in order.
 */
export function planBatch(events: readonly InputLogEvent[], nowMs: number): BatchPlan {
  checkSizes(events);
  checkOrder(events);
  const oldestMs = nowMs - AWS_LIMITS.eventAgeMs;
  const newestMs = nowMs + AWS_LIMITS.eventAheadMs;
  const tooOld = events.findIndex((event) => event.timestamp >= oldestMs);
  const validStart = tooOld < 0 ? events.length : tooOld;
  const tooNew = events.findIndex((event) => event.timestamp > newestMs);
  const validEnd = tooNew < 0 ? events.length : tooNew;
  const valid = events.slice(validStart, validEnd);
  checkSpan(valid);
  return {
    valid,
    validStart,
    rejected: {
      ...(validEnd < events.length ? { tooNewLogEventStartIndex: validEnd } : {}),
      ...(validStart > 0 ? { tooOldLogEventEndIndex: validStart } : {}),
    },
  };
}

function checkSizes(events: readonly InputLogEvent[]): void {
  let total = 0;
  for (const event of events) {
    const bytes = Buffer.byteLength(event.message) + AWS_LIMITS.eventOverheadBytes;
    if (bytes > AWS_LIMITS.batchBytes) {
      throw parameterInvalid(`Log event too large: ${bytes} bytes exceeds limit of ${AWS_LIMITS.batchBytes}`);
    }
    total += bytes;
  }
  if (total > AWS_LIMITS.batchBytes) {
    throw parameterInvalid(`Upload too large: ${total} bytes exceeds limit of ${AWS_LIMITS.batchBytes}`);
  }
}

function checkOrder(events: readonly InputLogEvent[]): void {
  let before = 0;
  for (const { timestamp } of events) {
    if (timestamp < before) {
      throw parameterInvalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
    before = timestamp;
  }
}

function checkSpan(valid: readonly InputLogEvent[]): void {
  const first = valid[0]?.timestamp ?? 0;
  const last = valid.at(-1)?.timestamp ?? 0;
  if (last - first > AWS_LIMITS.batchSpanMs) {
    throw parameterInvalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}
