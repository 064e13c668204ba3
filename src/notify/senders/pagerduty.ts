import { clip } from '../../base/index.ts';
import type { AlertSeverity, Notification } from '../types.ts';
import { postAndJudge } from './http-result.ts';
import { alertLines, closingLines, isoOf, linkOf, messageText } from './message-text.ts';
import type { Sender, SenderDeps } from './sender.ts';

/** PagerDuty knows four severities (developer.pagerduty.com, Events API v2). */
const SEVERITIES: Readonly<Record<AlertSeverity, 'critical' | 'error' | 'warning' | 'info'>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'warning',
  info: 'info',
};
const SUMMARY_CHARS_MAX = 1_024;

/** The conversation of a group is one incident; its dedup_key makes a repeated attempt harmless. */
export const createPagerdutySender =
  ({ resolveHost }: SenderDeps): Sender =>
  ({ thread, notification, settings, secrets, policy, publicUrl, nowMs, signal }) => {
    const base = settings.type === 'pagerduty' ? settings.baseUrl : '';
    const event = pagerdutyEvent({ thread, notification, publicUrl });
    const body = JSON.stringify({ routing_key: secrets.routingKey ?? '', ...event });
    const headers = { 'Content-Type': 'application/json', 'User-Agent': 'holdfast' };
    const url = `${base.replace(/\/$/, '')}/v2/enqueue`;
    return postAndJudge({ method: 'POST', url, headers, body, policy, resolveHost, signal }, nowMs);
  };

export function pagerdutyEvent(given: {
  readonly thread: string;
  readonly notification: Notification;
  readonly publicUrl: string;
}): Readonly<Record<string, unknown>> {
  const { notification, publicUrl } = given;
  const { subject, state, severity } = messageText(notification);
  const dedup_key = `holdfast-${given.thread}`;
  if (notification.kind === 'acknowledged') return { event_action: 'acknowledge', dedup_key };
  if (state === 'resolved') return { event_action: 'resolve', dedup_key };
  const [first] = notification.alerts;
  const lines = [
    ...notification.alerts.flatMap((alert) => [...alertLines(alert, publicUrl), '']),
    ...closingLines(notification, publicUrl),
  ];
  return {
    event_action: 'trigger',
    dedup_key,
    client: 'Holdfast',
    client_url: first === undefined ? publicUrl : linkOf(first, publicUrl),
    payload: {
      summary: clip(subject, SUMMARY_CHARS_MAX),
      source: clip(first?.labels.host ?? first?.labels.service ?? first?.source ?? 'holdfast', 255),
      severity: SEVERITIES[notification.kind === 'test' ? 'info' : severity],
      timestamp: isoOf(first?.firedMs ?? notification.createdMs),
      ...(first === undefined ? {} : { component: clip(first.key, 255), class: first.source }),
      custom_details: { text: clip(lines.join('\n'), 8_000), ...notification.groupLabels },
    },
  };
}
