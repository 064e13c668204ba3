import { DAY_MS, defineLimits, HOUR_MS, KiB, MiB, SECOND_MS } from '../base/index.ts';

export const INGEST_LIMITS = defineLimits('ingest', {
  otlpBodyBytesMax: {
    value: 20 * MiB,
    unit: 'bytes',
    reason: 'the OpenTelemetry Collector and CloudWatch accept as much; counted after decompression as well',
  },
  ndjsonBodyBytesMax: {
    value: 32 * MiB,
    unit: 'bytes',
    reason: 'one request is stored or refused as a whole, so it must fit in memory; split longer files',
  },
  wireBytesInFlightMax: {
    value: 128 * MiB,
    unit: 'bytes',
    reason: 'request bodies held by all HTTP edges at once, so that a burst cannot exhaust memory',
  },
  sinkBytesInFlightMax: {
    value: 192 * MiB,
    unit: 'bytes',
    reason: 'records between an edge and the store at once; past it senders are told to come back',
  },
  recordOverheadBytes: {
    value: 512,
    unit: 'bytes',
    reason: 'what a record weighs in memory beyond its text, so that many tiny records count as what they cost',
  },
  overloadRetryAfterSeconds: {
    value: 2,
    unit: 's',
    reason: 'a full group commit takes less than this, so room is likely after it',
  },
  bodyMsMax: {
    value: 60 * SECOND_MS,
    unit: 'ms',
    reason: 'a body that takes longer holds memory and a connection that others need',
  },
  bodyIdleMsMax: {
    value: 10 * SECOND_MS,
    unit: 'ms',
    reason: 'a sender that pauses this long in the middle of a body has stopped or is holding the connection open',
  },
  lingerBytesMax: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'after a refusal this much of the unread body is thrown away, so that the sender reads the answer',
  },
  lingerMsMax: {
    value: 2 * SECOND_MS,
    unit: 'ms',
    reason: 'after a refusal the connection is kept this long at most while the sender still writes',
  },
  inflateFirstBytesMax: {
    value: 1 * MiB,
    unit: 'bytes',
    reason:
      'a compressed body may become so much, or sixteen times its size, before its growth is charged piece by piece',
  },
  inflateFreeBytesMax: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'up to here a compressed body may become any multiple of its size',
  },
  inflateRatioMax: {
    value: 100,
    unit: 'count',
    reason:
      'further on it may become this multiple of its size; telemetry becomes 5 to 40 times, a bomb a thousand times',
  },
  zstdWindowBytesMax: {
    value: 8 * MiB,
    unit: 'bytes',
    reason: 'what RFC 8878 asks every decoder to support; senders of telemetry use less',
  },
  zstdWindowBytesCopiedMax: {
    value: 16_384 * MiB,
    unit: 'bytes',
    reason: 'the decoder for older Nodes moves its window once for each block; about two seconds of a processor',
  },
  zstdMsMax: {
    value: 1 * SECOND_MS,
    unit: 'ms',
    reason: 'a thread that decompresses is ended after this and the time that its size needs',
  },
  zstdBytesPerSecondMin: {
    value: 20 * MiB,
    unit: 'per second',
    reason: 'a fifth of what the decoder makes on a slow machine',
  },
  zstdWaitingMax: {
    value: 16,
    unit: 'count',
    reason:
      'bodies of zstd that wait for the one thread, where Node has no decoder of its own; more are told to come back',
  },
  recordsPerRequestMax: {
    value: 100_000,
    unit: 'count',
    reason: 'one request stays one insert of the store, stored or refused as a whole',
  },
  streamsPerRequestMax: {
    value: 1_000,
    unit: 'count',
    reason: 'each new stream is a row in the catalog; one request must not create them without bound',
  },
  recordBodyBytesMax: {
    value: 1 * MiB,
    unit: 'bytes',
    reason: 'the size of a CloudWatch event; longer text is a file, not a log record',
  },
  attributesPerRecordMax: {
    value: 1_000,
    unit: 'count',
    reason: 'after flattening; eight times the default of the OpenTelemetry SDKs',
  },
  attributeNameLengthMax: {
    value: 512,
    unit: 'count',
    reason: 'UTF-16 code units of a flattened name; names are kept in a dictionary',
  },
  attributeValueLengthMax: {
    value: 256 * KiB,
    unit: 'count',
    reason: 'UTF-16 code units of one value; a stack trace fits, a file does not',
  },
  valueDepthMax: {
    value: 32,
    unit: 'count',
    reason: 'nested attribute and body values; deeper nesting is an attack on the stack',
  },
  futureMsMax: {
    value: DAY_MS,
    unit: 'ms',
    reason:
      'a wrong time zone shifts by up to 14 hours; further in the future is a broken clock, and would never expire',
  },
  sliceMs: {
    value: 5,
    unit: 'ms',
    reason: 'long batches are worked on in slices of this length, so that health checks and queries are answered',
  },
  idempotencyKeysMax: {
    value: 10_000,
    unit: 'count',
    reason: 'remembered answers, kept in memory; the oldest is forgotten first',
  },
  idempotencyMs: {
    value: 24 * HOUR_MS,
    unit: 'ms',
    reason: 'how long an Idempotency-Key is remembered unless the server restarts',
  },
  idempotencyKeyLengthMax: {
    value: 255,
    unit: 'count',
    reason: 'a key is an identifier, not a payload',
  },
  cleanNamesMax: {
    value: 20_000,
    unit: 'count',
    reason: 'short texts that the redactor has passed, remembered so that repeated names are not searched again',
  },
  cumulativeSeriesMax: {
    value: 200_000,
    unit: 'count',
    reason:
      'running totals of OTLP series that are remembered to tell what was added; the longest silent is forgotten first',
  },
  bucketsPerPointMax: {
    value: 8_192,
    unit: 'count',
    reason: 'buckets of one histogram point; the OpenTelemetry SDKs make 160 at most',
  },
  spanEventsMax: {
    value: 128,
    unit: 'count',
    reason: 'events of one span, and links; the number of the OpenTelemetry SDKs, and more are left out',
  },
  spanNameLengthMax: {
    value: 255,
    unit: 'count',
    reason: 'UTF-16 code units of the name of a span; what stands in a dictionary of the store must be short',
  },
});
