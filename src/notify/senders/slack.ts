import { clip } from '../../base/index.ts';
import type { AlertSeverity, Notification } from '../types.ts';
import { postAndJudge } from './http-result.ts';
import { alertLines, closingLines, messageText } from './message-text.ts';
import type { Sender, SenderDeps } from './sender.ts';

/** Slack takes 50 blocks and 3,000 characters in a text (api.slack.com/reference/block-kit/blocks). */
const BLOCKS_MAX = 45;
const TEXT_CHARS_MAX = 2_900;
const HEADER_CHARS_MAX = 150;

const MARKS: Readonly<Record<AlertSeverity, string>> = {
  critical: ':red_circle:',
  high: ':large_orange_circle:',
  medium: ':large_yellow_circle:',
  low: ':large_blue_circle:',
  info: ':white_circle:',
};

/** An incoming webhook of Slack, which knows neither ids nor threads: a repeated attempt may show twice. */
export const createSlackSender =
  ({ resolveHost }: SenderDeps): Sender =>
  ({ notification, secrets, policy, publicUrl, nowMs, signal }) => {
    const headers = { 'Content-Type': 'application/json', 'User-Agent': 'holdfast' };
    const body = JSON.stringify(slackMessage(notification, publicUrl));
    return postAndJudge({ method: 'POST', url: secrets.url ?? '', headers, body, policy, resolveHost, signal }, nowMs);
  };

export function slackMessage(notification: Notification, publicUrl: string): { text: string; blocks: unknown[] } {
  const { subject, state, severity } = messageText(notification);
  const mark = state === 'resolved' ? ':white_check_mark:' : MARKS[severity];
  const sections = notification.alerts.map((alert) => {
    const [title = '', ...rest] = alertLines(alert, publicUrl);
    return section(`*${escaped(title)}*\n${rest.map(escaped).join('\n')}`);
  });
  const closing = closingLines(notification, publicUrl).map(escaped).join('\n');
  return {
    text: escaped(subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: clip(`${mark} ${subject}`, HEADER_CHARS_MAX), emoji: true } },
      ...sections.slice(0, BLOCKS_MAX),
      { type: 'context', elements: [{ type: 'mrkdwn', text: clip(closing, TEXT_CHARS_MAX) }] },
    ],
  };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: clip(text, TEXT_CHARS_MAX) } });

/** The three characters by which text could become a mention or a link (api.slack.com, formatting text). */
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
