import { clip, storableText } from '../../base/index.ts';
import type { Redactor } from '../../redact/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { Alert, AlertInput } from '../types.ts';

export type Applied =
  /** The same report again, or one from before what is known: nothing changes. */
  | { readonly type: 'ignored' }
  /** Still firing; what is told of it may have changed. */
  | { readonly type: 'refreshed'; readonly alert: Alert; readonly isRerouted: boolean }
  | { readonly type: 'fired'; readonly alert: Alert }
  | { readonly type: 'resolved'; readonly alert: Alert };

/**
 * What a report makes of an alert. Pure: the same report stored twice is stored once, and a report that comes late
 * (after a restart areas tell again what they know) never turns the alert back.
 */
export function applyAlert(
  known: Alert | undefined,
  input: AlertInput,
  given: { readonly nowMs: number; readonly newEpisode: () => string },
): Applied {
  if (input.state === 'resolved') return applyResolved(known, input, given.nowMs);
  if (known === undefined || known.state === 'resolved') {
    const isReplay = known !== undefined && (input.atMs < (known.resolvedMs ?? 0) || input.atMs === known.firedMs);
    if (isReplay) return { type: 'ignored' };
    return {
      type: 'fired',
      alert: {
        ...contentOf(input),
        state: 'firing',
        episode: given.newEpisode(),
        firedMs: input.atMs,
        seenMs: given.nowMs,
      },
    };
  }
  if (input.atMs < known.firedMs) return { type: 'ignored' };
  const { path: _path, ...rest } = known;
  const alert: Alert = { ...rest, ...contentOf(input), state: 'firing', seenMs: given.nowMs };
  const isRerouted =
    known.severity !== alert.severity ||
    known.source !== alert.source ||
    canonical(known.labels) !== canonical(alert.labels);
  return { type: 'refreshed', alert, isRerouted };
}

function applyResolved(known: Alert | undefined, input: AlertInput, nowMs: number): Applied {
  // What never fired here has nobody to be told of its end.
  if (known === undefined || known.state === 'resolved' || input.atMs < known.firedMs) return { type: 'ignored' };
  const { acknowledged: _acknowledged, path: _path, ...rest } = known;
  const alert: Alert = {
    ...rest,
    ...contentOf(input),
    // Routes and silences look at how it fired; only the words may tell of the end.
    severity: known.severity,
    source: known.source,
    labels: known.labels,
    state: 'resolved',
    resolvedMs: input.atMs,
    seenMs: nowMs,
    ...(known.acknowledged === undefined ? {} : { acknowledged: known.acknowledged }),
  };
  return { type: 'resolved', alert };
}

const contentOf = ({ key, severity, source, title, body, labels, path }: AlertInput) => ({
  key,
  severity,
  source,
  title,
  body,
  labels,
  ...(path === undefined ? {} : { path }),
});

const canonical = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Masks secrets, then cuts to size: a cut through a secret must not leave a half that no rule knows. */
export function cleanInput(input: AlertInput, redactor: Pick<Redactor, 'text' | 'field'>): AlertInput {
  const text = (value: string, max: number): string => clip(redactor.text(storableText(value)), max);
  const labels = Object.entries(input.labels)
    .slice(0, NOTIFY_LIMITS.labelsMax)
    .map(([name, value]) => [
      text(name, NOTIFY_LIMITS.labelNameCharsMax),
      clip(redactor.field(storableText(name), storableText(value)), NOTIFY_LIMITS.labelValueCharsMax),
    ]);
  return {
    key: redactor.text(storableText(input.key)),
    state: input.state,
    severity: input.severity,
    source: text(input.source, NOTIFY_LIMITS.nameCharsMax),
    title: text(input.title.replace(/[\r\n\u2028\u2029]+/g, ' '), NOTIFY_LIMITS.titleCharsMax),
    body: text(input.body, NOTIFY_LIMITS.bodyCharsMax),
    labels: Object.fromEntries(labels) as Record<string, string>,
    ...(input.path === undefined ? {} : { path: text(input.path, NOTIFY_LIMITS.pathCharsMax) }),
    atMs: input.atMs,
    ...(input.id === undefined ? {} : { id: storableText(input.id) }),
  };
}
