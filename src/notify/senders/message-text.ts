import { formatDuration } from '../../base/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import { worstOf } from '../severity.ts';
import type { AlertSeverity, Notification, NotifiedAlert } from '../types.ts';

/** Words of a notification that all channels share. */
export interface MessageText {
  /** One line. */
  readonly subject: string;
  /** `firing` while anything in the message fires, else `resolved`. */
  readonly state: 'firing' | 'resolved';
  readonly severity: AlertSeverity;
}

export function messageText(notification: Notification): MessageText {
  const { kind, alerts, firingCount, resolvedCount } = notification;
  const severity = notification.heldBack?.severity ?? worstOf(alerts.map((alert) => alert.severity));
  const state = kind === 'alerts' && firingCount === 0 ? 'resolved' : 'firing';
  return { subject: subjectOf(notification, severity), state, severity };

  function subjectOf(given: Notification, worst: AlertSeverity): string {
    if (given.kind === 'test') return '[Holdfast] Test notification';
    if (given.kind === 'digest') return `[Holdfast] ${given.heldBack?.count ?? 0} notifications were held back`;
    const [first] = alerts;
    const title = first?.title ?? '';
    if (given.kind === 'acknowledged') return `[Acknowledged] ${title}${more(alerts.length - 1)}`;
    if (state === 'resolved') return `[Resolved] ${title}${more(resolvedCount - 1)}`;
    const prefix = given.isEscalation ? 'Escalated: ' : given.isRepeat ? 'Still firing: ' : '';
    return `[${prefix}${worst}] ${title}${more(firingCount - 1)}`;
  }
}

const more = (count: number): string => (count > 0 ? ` and ${count} more` : '');

/** Lines about one alert, for people. */
export function alertLines(alert: NotifiedAlert, publicUrl: string): readonly string[] {
  const state =
    alert.state === 'firing'
      ? `${alert.severity}, firing since ${isoOf(alert.firedMs)}`
      : `resolved at ${isoOf(alert.resolvedMs ?? alert.firedMs)} after ${formatDuration(Math.max(0, (alert.resolvedMs ?? alert.firedMs) - alert.firedMs))}`;
  const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`);
  return [
    alert.title,
    state,
    ...(alert.body === '' ? [] : [alert.body]),
    ...(labels.length === 0 ? [] : [labels.join(', ')]),
    linkOf(alert, publicUrl),
  ];
}

export const linkOf = (alert: Pick<NotifiedAlert, 'key' | 'path'>, publicUrl: string): string =>
  `${publicUrl.replace(/\/$/, '')}${alert.path ?? `/alerts/${encodeURIComponent(alert.key)}`}`;

/** What stands under the alerts, or instead of them. */
export function closingLines(notification: Notification, publicUrl: string): readonly string[] {
  const { kind, alerts, firingCount, resolvedCount, heldBack } = notification;
  const all = `All alerts: ${publicUrl.replace(/\/$/, '')}/alerts`;
  if (kind === 'test') {
    return ['This is a test of a channel. Nothing has happened, and nothing needs to be done.', all];
  }
  if (heldBack !== undefined) {
    const cap = NOTIFY_LIMITS.perChannelPerMinute;
    return [
      `More than ${cap} notifications in a minute were due for this channel, so ${heldBack.count} were not sent one by one. The worst is ${heldBack.severity}.`,
      ...heldBack.titles.map((title) => `- ${title}`),
      all,
    ];
  }
  const hidden = firingCount + resolvedCount - alerts.length;
  return [
    ...(kind === 'acknowledged' ? [`Acknowledged by ${notification.acknowledgedBy ?? 'somebody'}.`] : []),
    ...(kind === 'alerts' && hidden > 0 ? [`${hidden} more alerts are not spelt out here.`] : []),
    all,
  ];
}

export const isoOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
