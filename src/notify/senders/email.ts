import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import nodemailer from 'nodemailer';
import { clip, invariant } from '../../base/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import { type PinnedHost, pinHost } from '../outgoing/pin-host.ts';
import { untilAborted } from '../outgoing/send-request.ts';
import type { EmailSettings } from '../types.ts';
import { emailBody } from './email-body.ts';
import { problemOf } from './http-result.ts';
import { messageText } from './message-text.ts';
import type { Sender, SenderDeps, Sending, SendResult } from './sender.ts';

/**
 * One mail for one attempt. Its Message-ID is that of the delivery, so that servers and readers which know it show a
 * repeated attempt once, and mails of one conversation answer its first.
 */
export const createEmailSender =
  (deps: SenderDeps): Sender =>
  async (sending) => {
    const { settings } = sending;
    invariant(settings.type === 'email', 'a mail goes by a channel of mail');
    try {
      // A mail server of one's own stands on this machine or in this network as a rule; clouds' credentials never do.
      const policy = { allowPrivate: true, allowLoopback: true };
      const pinned = await untilAborted(pinHost(settings.host, policy, deps.resolveHost), sending.signal);
      const transport = nodemailer.createTransport(transportOptions(settings, sending, { pinned, deps }));
      const info = await untilAborted(transport.sendMail(mailOf(settings, sending)), sending.signal);
      const refused = info.rejected.length === 0 ? '' : `; refused: ${info.rejected.map(String).join(', ')}`;
      return { type: 'delivered', detail: clip(`${info.response}${refused}`, NOTIFY_LIMITS.detailCharsMax) };
    } catch (error) {
      return judgeMailError(error);
    }
  };

function transportOptions(
  settings: EmailSettings,
  sending: Sending,
  given: { readonly pinned: PinnedHost; readonly deps: SenderDeps },
) {
  const { pinned, deps } = given;
  const timeout = NOTIFY_LIMITS.attemptTimeoutMs;
  const ca = deps.extraCa === undefined ? {} : { ca: [...rootCertificates, deps.extraCa] };
  const servername = isIP(pinned.host) === 0 ? { servername: pinned.host } : {};
  return {
    host: pinned.address,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    name: 'holdfast.localdomain',
    tls: { minVersion: 'TLSv1.2' as const, ...servername, ...ca },
    ...(settings.username === undefined
      ? {}
      : { auth: { user: settings.username, pass: sending.secrets.password ?? '' } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}

function mailOf(settings: EmailSettings, { deliveryId, thread, notification, publicUrl }: Sending) {
  const domain = /@([^>\s]+)>?$/.exec(settings.from)?.[1] ?? 'holdfast.localdomain';
  const idOf = (id: string): string => `<${id}@${domain}>`;
  const { text, html } = emailBody(notification, publicUrl);
  const { subject, severity } = messageText(notification);
  const isUrgent = severity === 'critical' && notification.firingCount > 0;
  return {
    from: settings.from,
    to: [...settings.to],
    subject,
    text,
    html,
    messageId: idOf(deliveryId),
    ...(thread === deliveryId ? {} : { inReplyTo: idOf(thread), references: [idOf(thread)] }),
    date: new Date(notification.createdMs),
    headers: {
      // RFC 3834: keeps out-of-office answers and lists from answering.
      'Auto-Submitted': 'auto-generated',
      'X-Holdfast-Kind': notification.kind,
      'X-Holdfast-Delivery': deliveryId,
    },
    ...(isUrgent ? { priority: 'high' as const } : {}),
  };
}

interface MailError {
  readonly code?: string;
  readonly responseCode?: number;
}

/** Answers of 5xx are final (RFC 5321, 4.2.1), and so is a server without the encryption that was asked for. */
export function judgeMailError(error: unknown): SendResult {
  const known = problemOf(error);
  if (known.type === 'refused') return known;
  const { code, responseCode } = error as MailError;
  const isFinal = responseCode === undefined ? code === 'ETLS' || code === 'ENOAUTH' : responseCode >= 500;
  return { type: isFinal ? 'refused' : 'busy', detail: known.detail };
}
