import type { Notification } from '../types.ts';
import { alertLines, closingLines, linkOf } from './message-text.ts';

/** The same words as text and as simple HTML: no pictures, no styles from elsewhere, nothing that calls home. */
export function emailBody(notification: Notification, publicUrl: string): { text: string; html: string } {
  const closing = closingLines(notification, publicUrl);
  const blocks = notification.alerts.map((alert) => ({
    lines: alertLines(alert, publicUrl),
    link: linkOf(alert, publicUrl),
    colour: alert.state === 'resolved' ? '#2e7d32' : alert.severity === 'critical' ? '#c62828' : '#8a5a00',
  }));
  const text = [...blocks.map(({ lines }) => lines.join('\n')), closing.join('\n')].join('\n\n');
  const html = [
    '<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#222">',
    ...blocks.map(({ lines, link, colour }) => {
      const [title = '', state = '', ...rest] = lines.slice(0, -1);
      const paragraphs = rest.map((line) => `<p style="margin:8px 0;white-space:pre-wrap">${escaped(line)}</p>`);
      return `<div style="border-left:4px solid ${colour};padding:4px 12px;margin:16px 0"><strong>${escaped(title)}</strong><br>${escaped(state)}${paragraphs.join('')}<a href="${escaped(link)}">Open in Holdfast</a></div>`;
    }),
    ...closing.map((line) => `<p style="margin:8px 0;color:#555">${escaped(line)}</p>`),
    '</body></html>',
  ].join('\n');
  return { text: `${text}\n`, html };
}

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
