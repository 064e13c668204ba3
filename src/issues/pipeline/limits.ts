import { DAY_MS, defineLimits, GiB, HOUR_MS, KiB, MINUTE_MS, MiB, SECOND_MS } from '../../base/index.ts';

/** Limits of taking events and processing them. */
export const ISSUES_PIPELINE_LIMITS = defineLimits('issues-pipeline', {
  backlogEventsMax: {
    value: 1_000_000,
    unit: 'count',
    reason:
      'events that were taken and not processed yet; past it senders are told to wait, before anything is written',
  },
  backlogBytesMax: {
    value: 4 * GiB,
    unit: 'bytes',
    reason: 'the same in bytes of JSON, as the inbox keeps them on disk',
  },
  memoryEventsMax: {
    value: 5_000,
    unit: 'count',
    reason: 'events of the backlog that wait in memory; the others are read from the inbox when their turn comes',
  },
  memoryBytesMax: {
    value: 32 * MiB,
    unit: 'bytes',
    reason: 'the same in characters of JSON; as objects they take about three times that',
  },
  batchEventsMax: {
    value: 500,
    unit: 'count',
    reason: 'events that are grouped, stored and recorded together; larger batches are no faster and hold rows locked',
  },
  batchBytesMax: {
    value: 8 * MiB,
    unit: 'bytes',
    reason: 'characters of JSON of one batch; at least one event always passes',
  },
  batchEveryMs: {
    value: 100,
    unit: 'ms',
    reason: 'under load batches begin no closer together than this, so that each is worth its commits',
  },
  pageEventsMax: {
    value: 256,
    unit: 'count',
    reason: 'events that are read back from the inbox at once',
  },
  pageBytesMax: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'the same in bytes; at least one event always passes',
  },
  sliceMs: {
    value: 10,
    unit: 'ms',
    reason: 'how long events are normalized or grouped before answers to senders get their turn',
  },
  retryMsMin: {
    value: 200,
    unit: 'ms',
    reason: 'first pause after a database could not be reached; doubled each time',
  },
  retryMsMax: {
    value: 15 * SECOND_MS,
    unit: 'ms',
    reason: 'longest pause: when the database is back, errors should be told within seconds',
  },
  retryAfterSeconds: {
    value: 10,
    unit: 's',
    reason: 'what a sender is told when the backlog is full',
  },
  seenEventsMax: {
    value: 400_000,
    unit: 'count',
    reason:
      'event ids of one generation (of two) that are remembered to recognize what is sent again; 8 bytes each, half full',
  },
  seenMarginMs: {
    value: MINUTE_MS,
    unit: 'ms',
    reason:
      'clocks of senders that are not corrected are off by less; events nearer to the edge of memory are looked up',
  },
  lookupBackMs: {
    value: 7 * DAY_MS,
    unit: 'ms',
    reason: 'how far back an event without a usable time of its own is looked for, to recognize what is sent again',
  },
  inboxKeepMs: {
    value: HOUR_MS,
    unit: 'ms',
    reason: 'processed events stay in the inbox for so long, for a look at what happened',
  },
  inboxSweepMs: {
    value: 10 * MINUTE_MS,
    unit: 'ms',
    reason: 'how often hours of the inbox are looked at for dropping',
  },
  blindAfterMs: {
    value: MINUTE_MS,
    unit: 'ms',
    reason: 'when the oldest event waits longer than this, the status says that errors are not seen as they happen',
  },
  messageLengthMax: {
    value: 2 * KiB,
    unit: 'count',
    reason: 'characters of the message that lists and searches use; the whole one is in the payload',
  },
  titleLengthMax: {
    value: 512,
    unit: 'count',
    reason: 'characters of titles and culprits in lists',
  },
  attachmentTextBytesMax: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'larger attachments are kept as bytes and marked as not redacted, whatever they hold',
  },
  attachmentPieceLength: {
    value: 256 * KiB,
    unit: 'count',
    reason: 'characters of a text attachment that are redacted before other work gets its turn, about 15 ms',
  },
  attachmentPieceLengthMax: {
    value: 2 * MiB,
    unit: 'count',
    reason: 'a piece may grow to this while a key that has begun has not ended',
  },
  nameLengthMax: {
    value: 512,
    unit: 'count',
    reason: 'characters of file names, content types, names and addresses of people',
  },
  feedbackLengthMax: {
    value: 16 * KiB,
    unit: 'count',
    reason: 'characters of what a person wrote',
  },
  feedbackPendingMax: {
    value: 10_000,
    unit: 'count',
    reason: 'feedback that waits for its event; of more, the issue is found when somebody looks',
  },
});
