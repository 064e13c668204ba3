import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { DebugImage, EventLevel, IncomingEvent, JsonObject, JsonValue, NormalizedEvent } from '../types.ts';
import { type ClientFacts, createClientReader } from './derive-client.ts';
import { eventTime } from './event-time.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import { createEventMasking, type EventMask } from './masking.ts';
import { normalizeBreadcrumbs } from './normalize-breadcrumbs.ts';
import { normalizeContexts, traceOf } from './normalize-contexts.ts';
import { normalizeExceptions, normalizeThreads } from './normalize-exceptions.ts';
import { normalizeMessage } from './normalize-message.ts';
import { type BrowserReport, readReport } from './normalize-report.ts';
import { normalizeRequest } from './normalize-request.ts';
import { normalizeStacktrace } from './normalize-stacktrace.ts';
import { deriveTags, normalizeSentTags } from './normalize-tags.ts';
import { normalizeUser } from './normalize-user.ts';
import { isObject, listOf, pairsOf, present, put, textOf } from './reading.ts';

/** Gives an event its one shape, redacted. Never throws, whatever the payload; what was masked is counted in `report`. */
export type NormalizeEvent = (incoming: IncomingEvent, report: RedactionReport) => NormalizedEvent;

/** One for the life of the process: it remembers short texts that are clean, and user agents. */
export function createNormalizeEvent(deps: { readonly redactor: Redactor }): NormalizeEvent {
  const masking = createEventMasking(deps.redactor);
  const readClient = createClientReader();
  return (incoming, report) => {
    const remarks: { readonly field: string; readonly reason: string }[] = [];
    const remark = (field: string, reason: string): void => {
      if (remarks.length < LIMITS.remarksMax) remarks.push({ field, reason });
    };
    return normalize({ incoming, mask: masking.of(report, remark), remarks, readClient });
  };
}

interface Normalizing {
  readonly incoming: IncomingEvent;
  readonly mask: EventMask;
  readonly remarks: readonly { readonly field: string; readonly reason: string }[];
  readonly readClient: (userAgent: string) => ClientFacts;
}

function normalize({ incoming, mask, remarks, readClient }: Normalizing): NormalizedEvent {
  const { payload, receivedMs, project } = incoming;
  const time = eventTime(incoming, mask);
  const report = readReport(payload);
  const parts = stackParts(payload, mask);
  const message =
    report === undefined ? (normalizeMessage(payload, mask) ?? parts.message) : reportMessage(report, mask);
  const request = normalizeRequest(payload.request ?? payload['sentry.interfaces.Http'] ?? reportRequest(report), mask);
  const sentTags = normalizeSentTags(payload.tags, mask);
  const word = (name: string, otherwise = ''): string =>
    mask.text(textOf(payload[name]).trim() || otherwise, LIMITS.nameLengthMax, name);
  const user = normalizeUser(
    { ...payload, user: payload.user ?? payload['sentry.interfaces.User'] ?? null },
    incoming.sourceIp,
    mask,
  );
  const fingerprint = fingerprintOf(payload.fingerprint, mask);
  const client = readClient(userAgentOf(request, incoming));
  const event: Omit<NormalizedEvent, 'tags'> = {
    eventId: incoming.eventId,
    projectId: project.id,
    type: report?.type ?? typeOf(parts, message !== undefined),
    timeMs: time.timeMs,
    receivedMs,
    platform: word('platform', 'other').toLowerCase(),
    level: levelOf(payload.level),
    logger: word('logger', report?.type ?? ''),
    transaction: word('transaction') || word('culprit', report?.subject ?? ''),
    serverName: word('server_name', sentTags.server_name ?? ''),
    release: word('release', sentTags.release ?? ''),
    dist: word('dist', sentTags.dist ?? ''),
    environment: word('environment', sentTags.environment ?? '') || 'production',
    ...present('message', message),
    exceptions: parts.exceptions,
    threads: parts.threads,
    ...present('stacktrace', parts.stacktrace),
    ...present('template', templateOf(payload.template ?? payload['sentry.interfaces.Template'], mask)),
    ...present('report', report === undefined ? undefined : reportTree(report, mask)),
    ...present('fingerprint', fingerprint),
    ...present(
      'checksum',
      typeof payload.checksum === 'string' && payload.checksum !== '' ? word('checksum') : undefined,
    ),
    ...present('user', user),
    ...present('request', request),
    breadcrumbs: normalizeBreadcrumbs(payload.breadcrumbs, time.driftMs, mask),
    contexts: normalizeContexts(payload.contexts, client, mask),
    extra: mask.object(isObject(payload.extra) ? payload.extra : {}, {
      field: 'extra',
      bytesMax: LIMITS.extraBytesMax,
    }),
    modules: modulesOf(payload.modules, mask),
    sdk: sdkOf(payload.sdk, incoming.client, mask),
    ...traceOf(payload.contexts),
    debugImages: imagesOf(payload.debug_meta, mask),
    remarks,
    other: otherOf(payload, mask),
  };
  return { ...event, tags: deriveTags(sentTags, event) };
}

type StackParts = Pick<NormalizedEvent, 'exceptions' | 'threads'> &
  Partial<Pick<NormalizedEvent, 'stacktrace' | 'message'>>;

/**
 * What has a stack. SDKs from version 11 on send a plain message as a synthetic exception without a type beside the
 * message: it is a message, and the trace is where it was said.
 */
function stackParts(payload: JsonObject, mask: EventMask): StackParts {
  const exceptions = normalizeExceptions(payload.exception ?? payload['sentry.interfaces.Exception'], mask);
  const threads = normalizeThreads(payload.threads, mask);
  const sent = payload.stacktrace ?? payload['sentry.interfaces.Stacktrace'];
  const stacktrace = normalizeStacktrace(sent, mask, 'stacktrace');
  const only = exceptions[0];
  const isMessage = exceptions.length === 1 && only?.type === '' && only.mechanism.synthetic;
  if (!isMessage) return { exceptions, threads, ...present('stacktrace', stacktrace) };
  return {
    exceptions: [],
    threads,
    ...present('stacktrace', stacktrace ?? only.stacktrace),
    ...present('message', only.value === '' ? undefined : { formatted: only.value }),
  };
}

function typeOf(parts: StackParts, hasMessage: boolean): NormalizedEvent['type'] {
  if (parts.exceptions.length > 0) return 'error';
  return !hasMessage && (parts.threads.length > 0 || parts.stacktrace !== undefined) ? 'error' : 'message';
}

const reportMessage = (report: BrowserReport, mask: EventMask): NonNullable<NormalizedEvent['message']> => ({
  formatted: mask.text(report.title, LIMITS.messageLengthMax),
});

const reportRequest = (report: BrowserReport | undefined): JsonObject | undefined =>
  report === undefined || report.documentUrl === '' ? undefined : { url: report.documentUrl };

const reportTree = (report: BrowserReport, mask: EventMask): JsonObject =>
  mask.object(report.report, { field: report.type, bytesMax: LIMITS.contextBytesMax });

/** The agent of the request that failed; that of the report itself only where the browser sends it. */
function userAgentOf(request: NormalizedEvent['request'], incoming: IncomingEvent): string {
  const sent = request?.headers.find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  return sent ?? (incoming.userAgent.startsWith('Mozilla/') ? incoming.userAgent : '');
}

const LEVELS: Readonly<Record<string, EventLevel>> = {
  fatal: 'fatal',
  critical: 'fatal',
  error: 'error',
  warning: 'warning',
  warn: 'warning',
  info: 'info',
  log: 'info',
  debug: 'debug',
  trace: 'debug',
  10: 'debug',
  20: 'info',
  30: 'warning',
  40: 'error',
  50: 'fatal',
};

function levelOf(value: JsonValue | undefined): EventLevel {
  const name = textOf(value).trim().toLowerCase();
  return Object.hasOwn(LEVELS, name) ? (LEVELS[name] ?? 'error') : 'error';
}

function fingerprintOf(value: JsonValue | undefined, mask: EventMask): readonly string[] | undefined {
  const list = typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  const parts = list.filter((part) => part !== null).map((part) => mask.text(textOf(part), LIMITS.pathLengthMax));
  if (parts.length > LIMITS.fingerprintMax) mask.remark('fingerprint', `${LIMITS.fingerprintMax} parts kept`);
  return parts.length === 0 ? undefined : parts.slice(0, LIMITS.fingerprintMax);
}

function templateOf(value: JsonValue | undefined, mask: EventMask): NormalizedEvent['template'] | undefined {
  if (!isObject(value)) return undefined;
  // A template is a frame in all but name.
  const frame = normalizeStacktrace([value], mask, 'template')?.frames[0];
  if (frame === undefined) return undefined;
  const { filename, absPath, lineno, contextLine } = frame;
  return { filename, absPath, ...present('lineno', lineno), ...present('contextLine', contextLine) };
}

function modulesOf(value: JsonValue | undefined, mask: EventMask): Readonly<Record<string, string>> {
  const modules: Record<string, string> = {};
  for (const [name, version] of pairsOf(value).slice(0, LIMITS.modulesMax)) {
    put(modules, mask.text(name, LIMITS.nameLengthMax), mask.text(textOf(version), LIMITS.nameLengthMax));
  }
  return modules;
}

function sdkOf(value: JsonValue | undefined, client: string, mask: EventMask): NormalizedEvent['sdk'] {
  const sdk = isObject(value) ? value : {};
  const [name = '', version = ''] = client.split('/');
  const word = (said: JsonValue | undefined, otherwise: string): string =>
    mask.text(textOf(said) || otherwise, LIMITS.nameLengthMax);
  return { name: word(sdk.name, name), version: word(sdk.version, version) };
}

function imagesOf(value: JsonValue | undefined, mask: EventMask): readonly DebugImage[] {
  const images = listOf(isObject(value) ? (value.images ?? null) : null).filter(isObject);
  if (images.length > LIMITS.imagesMax)
    mask.remark('debug_meta', `${LIMITS.imagesMax} of ${images.length} images kept`);
  return images.slice(0, LIMITS.imagesMax).map(({ type, debug_id, code_file, ...data }) => ({
    type: mask.text(textOf(type), LIMITS.nameLengthMax),
    debugId: debugIdOf(textOf(debug_id), mask),
    codeFile: mask.text(textOf(code_file), LIMITS.pathLengthMax),
    data: mask.object(data as JsonObject, { field: 'debug_meta', bytesMax: LIMITS.crumbBytesMax }),
  }));
}

/** Lower case, for it is compared; one that has the shape of an id is an id, and no secret. */
const debugIdOf = (id: string, mask: EventMask): string =>
  /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}(?:-[\da-f]{1,8})?$/i.test(id)
    ? id.toLowerCase()
    : mask.text(id, LIMITS.nameLengthMax);

const PLACED = new Set(
  (
    'event_id timestamp platform level logger transaction culprit server_name release dist environment message logentry ' +
    'exception threads stacktrace template fingerprint checksum user request breadcrumbs tags contexts extra modules ' +
    'debug_meta project csp hpkp expectct expect_ct expectstaple expect_staple nel type received ' +
    'sentry.interfaces.Message sentry.interfaces.Exception sentry.interfaces.Stacktrace sentry.interfaces.Http ' +
    'sentry.interfaces.User sentry.interfaces.Template'
  ).split(' '),
);

function otherOf(payload: JsonObject, mask: EventMask): JsonObject {
  const rest: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (!PLACED.has(name) && value !== null) put(rest, name, value);
  }
  return mask.object(rest, { field: 'other', bytesMax: LIMITS.otherBytesMax });
}
