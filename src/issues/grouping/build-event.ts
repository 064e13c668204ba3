import type { EventException, EventThread, Frame, NormalizedEvent, Stacktrace } from '../types.ts';

/** Events for tests, with everything that a test does not say left empty. */

type Mechanism = EventException['mechanism'];

export interface ExceptionParts extends Partial<Omit<EventException, 'mechanism' | 'stacktrace'>> {
  readonly frames?: readonly Partial<Frame>[];
  readonly mechanism?: Partial<Mechanism>;
}

const EMPTY_FRAME: Frame = {
  filename: '',
  absPath: '',
  module: '',
  package: '',
  function: '',
  rawFunction: '',
  platform: '',
  preContext: [],
  postContext: [],
};

const EMPTY_EVENT: NormalizedEvent = {
  eventId: '0123456789abcdef0123456789abcdef',
  projectId: '1',
  type: 'error',
  timeMs: 1_700_000_000_000,
  receivedMs: 1_700_000_000_500,
  platform: 'python',
  level: 'error',
  logger: '',
  transaction: '',
  serverName: '',
  release: '',
  dist: '',
  environment: 'production',
  exceptions: [],
  threads: [],
  breadcrumbs: [],
  tags: {},
  contexts: {},
  extra: {},
  modules: {},
  sdk: { name: 'sentry.test', version: '1.0.0' },
  traceId: '',
  spanId: '',
  debugImages: [],
  remarks: [],
  other: {},
};

export const buildFrame = (parts: Partial<Frame>): Frame => ({ ...EMPTY_FRAME, ...parts });

export const buildStack = (frames: readonly Partial<Frame>[]): Stacktrace => ({ frames: frames.map(buildFrame) });

export function buildException(parts: ExceptionParts): EventException {
  const { frames, mechanism, ...rest } = parts;
  return {
    type: 'Error',
    value: '',
    module: '',
    ...rest,
    mechanism: { type: 'generic', synthetic: false, isExceptionGroup: false, ...mechanism },
    ...(frames === undefined ? {} : { stacktrace: buildStack(frames) }),
  };
}

export const buildThread = (
  parts: Partial<EventThread> & { readonly frames?: readonly Partial<Frame>[] },
): EventThread => {
  const { frames, ...rest } = parts;
  return {
    id: '1',
    name: '',
    crashed: false,
    current: false,
    ...rest,
    ...(frames === undefined ? {} : { stacktrace: buildStack(frames) }),
  };
};

export const buildEvent = (parts: Partial<NormalizedEvent>): NormalizedEvent => ({ ...EMPTY_EVENT, ...parts });

/** An event with one exception, and one of several when more are given, oldest cause first. */
export function buildError(
  platform: string,
  exceptions: ExceptionParts | readonly ExceptionParts[],
  parts: Partial<NormalizedEvent> = {},
): NormalizedEvent {
  const list = Array.isArray(exceptions) ? (exceptions as readonly ExceptionParts[]) : [exceptions as ExceptionParts];
  return buildEvent({ platform, exceptions: list.map(buildException), ...parts });
}

export const buildMessage = (formatted: string, parts: Partial<NormalizedEvent> = {}): NormalizedEvent =>
  buildEvent({ type: 'message', level: 'info', message: { formatted }, ...parts });

export const PLAIN_SETTINGS = { version: 'holdfast-1:2026-11-22', fingerprintRules: '', enhancementRules: '' } as const;
