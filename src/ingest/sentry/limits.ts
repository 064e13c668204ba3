import { defineLimits, KiB, MINUTE_MS, MiB } from '../../base/index.ts';

export const SENTRY_LIMITS = defineLimits('sentry', {
  bodyBytesMax: {
    value: 200 * MiB,
    unit: 'bytes',
    reason: 'an envelope as sent and after decompression; the size that Sentry takes, for attachments',
  },
  anonymousBodyBytesMax: {
    value: 20 * MiB,
    unit: 'bytes',
    reason: 'an envelope that names its project only inside, read before anything is known of the sender',
  },
  bytesInFlightMax: {
    value: 96 * MiB,
    unit: 'bytes',
    reason:
      'bodies of all such requests at once; their own budget, because the key of a DSN is public and must not be able to keep senders with secret keys out',
  },
  envelopeHeaderBytesMax: {
    value: 64 * KiB,
    unit: 'bytes',
    reason: 'the header line of an envelope or of an item; the sampling context in it is a few kilobytes at most',
  },
  itemsPerEnvelopeMax: {
    value: 1_000,
    unit: 'count',
    reason: 'items of one envelope; SDKs send a handful, and many things of one kind in one container',
  },
  attachmentsPerEnvelopeMax: {
    value: 30,
    unit: 'count',
    reason: 'attachments of one envelope, as Sentry takes them; more are counted as invalid',
  },
  jsonDepthMax: {
    value: 128,
    unit: 'count',
    reason: 'nesting of a payload; SDKs stop at ten, and deeper nesting is an attack on the stack of whoever walks it',
  },
  eventBytesMax: { value: 1 * MiB, unit: 'bytes', reason: 'an event, as Sentry takes it; SDKs trim far below' },
  attachmentBytesMax: { value: 100 * MiB, unit: 'bytes', reason: 'one attachment or minidump; it is held in memory' },
  logItemBytesMax: { value: 2 * MiB, unit: 'bytes', reason: 'one log record that comes alone' },
  spanBytesMax: { value: 10 * MiB, unit: 'bytes', reason: 'one span that comes alone; a transaction too' },
  containerBytesMax: { value: 12 * MiB, unit: 'bytes', reason: 'a container of logs, spans or metrics' },
  checkInBytesMax: { value: 100 * KiB, unit: 'bytes', reason: 'a check-in, with the schedule of its monitor' },
  sessionBytesMax: { value: 10 * MiB, unit: 'bytes', reason: 'a session or a list of counted sessions' },
  clientReportBytesMax: { value: 100 * KiB, unit: 'bytes', reason: 'what an SDK says that it threw away' },
  profileBytesMax: { value: 50 * MiB, unit: 'bytes', reason: 'a profile or a part of one' },
  replayBytesMax: { value: 100 * MiB, unit: 'bytes', reason: 'a segment of a replay' },
  securityBytesMax: { value: 1 * MiB, unit: 'bytes', reason: 'reports of a browser in one request' },
  itemsPerContainerMax: {
    value: 10_000,
    unit: 'count',
    reason: 'things in one container; SDKs send 100 to 1,000 at a time',
  },
  sessionsPerEnvelopeMax: {
    value: 100,
    unit: 'count',
    reason: 'items of sessions in one envelope, as Sentry takes them',
  },
  aggregatesMax: { value: 10_000, unit: 'count', reason: 'counted minutes in one item; an SDK sends about one' },
  clientReportEntriesMax: { value: 500, unit: 'count', reason: 'reasons times categories of one report' },
  securityReportsMax: { value: 100, unit: 'count', reason: 'reports in one request of a browser' },
  formPartsMax: { value: 200, unit: 'count', reason: 'parts of a multipart upload of a crash' },
  dimensionsPerMetricMax: {
    value: 20,
    unit: 'count',
    reason: 'attributes of a metric that become dimensions; the first by name are kept, so that a series stays one',
  },
  nameLengthMax: {
    value: 200,
    unit: 'count',
    reason: 'UTF-16 code units of slugs, ids and file names from senders',
  },
  shownLengthMax: { value: 120, unit: 'count', reason: 'what of a sender is repeated in an answer or a counter' },
  clockDriftMsMin: {
    value: 55 * MINUTE_MS,
    unit: 'ms',
    reason: 'a sender whose clock is off by more has its times shifted; less may be the network and queues',
  },
  limitWindowMs: { value: MINUTE_MS, unit: 'ms', reason: 'limits are per minute; counting starts anew after it' },
  overloadRetryAfterSeconds: {
    value: 10,
    unit: 's',
    reason: 'how long senders are asked to keep one kind of data to themselves while its store catches up',
  },
  intakeLoadPercentMax: {
    value: 90,
    unit: 'count',
    reason: 'per cent of the queue of events; from then on SDKs are told to wait, before it must refuse',
  },
  errorsPerMinute: {
    value: 60_000,
    unit: 'per minute',
    reason: 'a default for a project: twenty times what a broken release of a busy service sends',
  },
  itemsPerMinute: {
    value: 600_000,
    unit: 'per minute',
    reason: 'a default for spans, logs, metrics and sessions of a project; stores have limits of their own',
  },
  uploadsPerMinute: {
    value: 6_000,
    unit: 'per minute',
    reason: 'a default for check-ins, attachments, profiles, replays, feedback and reports of browsers of a project',
  },
});
