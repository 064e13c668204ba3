import type { Notification } from '../types.ts';
import { postAndJudge } from './http-result.ts';
import { isoOf, linkOf, messageText } from './message-text.ts';
import type { Sender, SenderDeps } from './sender.ts';
import { SIGNATURE_HEADER, signBody } from './sign-body.ts';

/** JSON of version 1, docs/formats/notifications.md, signed over the moment of the attempt. */
export const createWebhookSender =
  ({ resolveHost }: SenderDeps): Sender =>
  ({ deliveryId, thread, notification, secrets, policy, publicUrl, nowMs, signal }) => {
    const body = webhookBody({ deliveryId, thread, notification, publicUrl });
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': 'holdfast',
      'Idempotency-Key': deliveryId,
      [SIGNATURE_HEADER]: signBody(secrets.signingSecret ?? '', body, nowMs),
    };
    return postAndJudge({ method: 'POST', url: secrets.url ?? '', headers, body, policy, resolveHost, signal }, nowMs);
  };

/** The same bytes for every attempt of a delivery. */
export function webhookBody(given: {
  readonly deliveryId: string;
  readonly thread: string;
  readonly notification: Notification;
  readonly publicUrl: string;
}): string {
  const { notification, publicUrl } = given;
  const { subject, state, severity } = messageText(notification);
  return JSON.stringify({
    version: 1,
    id: given.deliveryId,
    thread: given.thread,
    kind: notification.kind,
    createdAt: isoOf(notification.createdMs),
    state,
    severity,
    summary: subject,
    route: notification.route,
    groupLabels: notification.groupLabels,
    isRepeat: notification.isRepeat,
    isEscalation: notification.isEscalation,
    firingCount: notification.firingCount,
    resolvedCount: notification.resolvedCount,
    alerts: notification.alerts.map((alert) => ({
      key: alert.key,
      state: alert.state,
      severity: alert.severity,
      source: alert.source,
      title: alert.title,
      body: alert.body,
      labels: alert.labels,
      firedAt: isoOf(alert.firedMs),
      ...(alert.resolvedMs === undefined ? {} : { resolvedAt: isoOf(alert.resolvedMs) }),
      url: linkOf(alert, publicUrl),
    })),
    ...(notification.heldBack === undefined ? {} : { heldBack: notification.heldBack }),
    ...(notification.acknowledgedBy === undefined ? {} : { acknowledgedBy: notification.acknowledgedBy }),
  });
}
