import type { IncomingLog } from '../../../logs/index.ts';
import { AWS_LIMITS } from '../limits.ts';
import { logGroupName, logStreamName, timestamp } from '../members.ts';
import { defineOperation, PROTOCOL } from '../operation.ts';
import { type InputLogEvent, planBatch, type RejectedEvents } from '../plan-batch.ts';
import { list, map, members, required, text } from '../shape.ts';

const logEvent = members({ timestamp: required(timestamp), message: required(text({ min: 1 })) });
const input = members({
  logGroupName: required(logGroupName),
  logStreamName: required(logStreamName),
  logEvents: required(list(logEvent, { min: 1, max: AWS_LIMITS.batchEvents })),
  sequenceToken: text({ min: 1 }),
  entity: members({
    keyAttributes: map(text({ min: 1, max: 32 }), text({ min: 1, max: 512 }), { min: 2, max: 4 }),
    attributes: map(text({ min: 1, max: 256 }), text({ min: 1, max: 512 }), { max: 10 }),
  }),
});

const recordOf = (event: InputLogEvent): IncomingLog => ({
  timeNs: BigInt(event.timestamp) * 1_000_000n,
  body: event.message,
});

export const putLogEvents = defineOperation('PutLogEvents', input, async (parts, call, request) => {
  const nowMs = parts.clock.nowMs();
  const plan = planBatch(request.logEvents, nowMs);
  // A batch without a single valid event goes the same way, so that a missing group or right is told all the same.
  const { expired } = await parts.sink({
    actor: call.actor,
    protocol: PROTOCOL,
    batches: [
      {
        logGroup: request.logGroupName,
        logStream: request.logStreamName,
        records: plan.valid.map(recordOf),
      },
    ],
    bytes: call.bytes,
    createMissing: false,
  });
  const leftOut = request.logEvents.length - plan.valid.length;
  if (leftOut > 0) parts.counters.refused(PROTOCOL, { requests: 0, records: leftOut });
  // Events are in order of time, so those that the sink found expired are the first of the valid ones.
  const rejected: RejectedEvents = {
    ...plan.rejected,
    ...(expired > 0 ? { expiredLogEventEndIndex: plan.validStart + expired } : {}),
  };
  return {
    nextSequenceToken: sequenceToken(nowMs),
    ...(Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {}),
  };
});

/** Old senders want a token of 56 digits to send back; nobody looks at it. */
const sequenceToken = (nowMs: number): string => `49${String(Math.floor(nowMs)).padStart(54, '0')}`;
