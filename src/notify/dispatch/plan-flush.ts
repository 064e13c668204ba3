import { NOTIFY_LIMITS } from '../limits.ts';
import { isWorse, severityRank } from '../severity.ts';
import type { Alert, AlertSeverity, NotifiedAlert, Route } from '../types.ts';

export interface Member {
  readonly alert: Alert;
  /** What the channel knows of it; `held` when it fell to the cap of a storm. */
  readonly told: 'nothing' | 'firing' | 'held';
  readonly toldEpisode: string | undefined;
  readonly toldSeverity: AlertSeverity | undefined;
}

export interface FlushInput {
  readonly members: readonly Member[];
  readonly route: Pick<Route, 'repeatIntervalMs'>;
  readonly sentMs: number | undefined;
  readonly flushedMs: number | undefined;
  /** Until when silences hold an alert back; undefined when none does. */
  readonly silencedUntilMs: (alert: Alert) => number | undefined;
  /** When the channel may send again; undefined when it may now. */
  readonly overCapUntilMs: number | undefined;
  readonly nowMs: number;
}

export interface FlushPlan {
  /** What to send now, if anything. */
  readonly message?: {
    readonly alerts: readonly NotifiedAlert[];
    readonly firingCount: number;
    readonly resolvedCount: number;
    readonly isRepeat: boolean;
  };
  /** Alerts that the channel is told of by this message. */
  readonly told: readonly Alert[];
  /** Alerts of which nothing is sent because the channel is past its cap. */
  readonly held: readonly Alert[];
  /** Keys that leave the group. */
  readonly left: readonly string[];
  /** When to look again; undefined until something happens. */
  readonly dueMs: number | undefined;
}

/**
 * What a group tells its channel now. Pure. Nothing is told of an alert that was resolved before it was told; the end
 * is told when the beginning was, silenced or not, so that no receiver keeps an incident open for ever.
 */
export function planFlush(input: FlushInput): FlushPlan {
  const { members, nowMs } = input;
  const firing = members.filter(({ alert }) => alert.state === 'firing');
  const resolved = members.filter(({ alert }) => alert.state === 'resolved');
  const ended = resolved.filter(({ told }) => told === 'firing');
  const forgotten = resolved.filter(({ told }) => told !== 'firing').map(({ alert }) => alert.key);
  const heard = firing.filter(({ alert }) => input.silencedUntilMs(alert) === undefined);
  const fresh = heard.filter(isNews);
  const isRepeat = isRepeatDue(input, heard);
  const hasNews = fresh.length > 0 || ended.length > 0;
  if (!hasNews && !isRepeat) {
    return { told: [], held: [], left: forgotten, dueMs: nextDue(input, { firing, sentMs: input.sentMs }) };
  }
  if (input.overCapUntilMs !== undefined) {
    const held = fresh.map(({ alert }) => alert);
    // An end that is not told would leave an incident open: it waits for the next minute instead.
    const dueMs = ended.length > 0 || isRepeat ? input.overCapUntilMs : nextDue(input, { firing, sentMs: nowMs });
    return { told: [], held, left: forgotten, dueMs };
  }
  const shown = [...heard, ...ended].map(({ alert }) => alert).sort(worstFirst);
  return {
    message: {
      alerts: shown.slice(0, NOTIFY_LIMITS.alertsPerMessage).map(notified),
      firingCount: heard.length,
      resolvedCount: ended.length,
      isRepeat: !hasNews,
    },
    told: heard.map(({ alert }) => alert),
    held: [],
    left: [...forgotten, ...ended.map(({ alert }) => alert.key)],
    dueMs: nextDue(input, { firing, sentMs: nowMs }),
  };
}

/** News is what the channel does not know: an alert, a new firing of it, or that it became worse. */
function isNews({ alert, told, toldEpisode, toldSeverity }: Member): boolean {
  if (alert.acknowledged !== undefined) return false;
  if (told === 'nothing' || toldEpisode !== alert.episode) return true;
  return told === 'firing' && toldSeverity !== undefined && isWorse(alert.severity, toldSeverity);
}

const isRepeatDue = ({ sentMs, flushedMs, route, nowMs }: FlushInput, heard: readonly Member[]): boolean => {
  const lastMs = sentMs ?? flushedMs;
  return (
    lastMs !== undefined &&
    nowMs >= lastMs + route.repeatIntervalMs &&
    heard.some(({ alert }) => alert.acknowledged === undefined)
  );
};

function nextDue(
  input: FlushInput,
  after: { readonly firing: readonly Member[]; readonly sentMs: number | undefined },
): number | undefined {
  const open = after.firing.filter(({ alert }) => alert.acknowledged === undefined);
  const repeatMs = (after.sentMs ?? input.nowMs) + input.route.repeatIntervalMs;
  const times = open.map(({ alert }) => input.silencedUntilMs(alert) ?? Math.max(repeatMs, input.nowMs + 1));
  return times.length === 0 ? undefined : Math.min(...times);
}

const worstFirst = (a: Alert, b: Alert): number =>
  (a.state === b.state ? 0 : a.state === 'firing' ? -1 : 1) ||
  severityRank(a.severity) - severityRank(b.severity) ||
  a.firedMs - b.firedMs;

export const notified = (alert: Alert): NotifiedAlert => ({
  key: alert.key,
  state: alert.state,
  severity: alert.severity,
  source: alert.source,
  title: alert.title,
  body: alert.body,
  labels: alert.labels,
  ...(alert.path === undefined ? {} : { path: alert.path }),
  firedMs: alert.firedMs,
  ...(alert.resolvedMs === undefined || alert.state === 'firing' ? {} : { resolvedMs: alert.resolvedMs }),
});
