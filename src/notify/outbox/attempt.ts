import { clip } from '../../base/index.ts';
import { type ChannelRow, openSecrets } from '../channels/channel-rows.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import { problemOf } from '../senders/http-result.ts';
import type { SendResult } from '../senders/sender.ts';
import type { ChannelSecrets, Notification } from '../types.ts';

export interface AttemptInput {
  readonly deliveryId: string;
  readonly thread: string;
  readonly notification: Notification;
  readonly channel: ChannelRow;
}

export interface AttemptDone {
  readonly result: SendResult;
  readonly atMs: number;
  readonly durationMs: number;
}

/** Hands a notification over once, within the time limit. Never throws. */
export async function attemptOnce(context: NotifyContext, input: AttemptInput): Promise<AttemptDone> {
  const { clock } = context;
  const atMs = clock.nowMs();
  const startMs = clock.monotonicMs();
  const stop = new AbortController();
  const settled = new AbortController();
  const timeoutMs = NOTIFY_LIMITS.attemptTimeoutMs;
  clock
    .sleep(timeoutMs, settled.signal)
    .then(() => stop.abort(new Error(`no answer within ${timeoutMs / 1000} seconds`)))
    .catch(() => undefined);
  let secrets: ChannelSecrets = {};
  let result: SendResult;
  try {
    secrets = openSecrets(context.secrets, input.channel);
    const { settings, allow_private: allowPrivate, allow_loopback: isOwn } = input.channel;
    result = await context.senders[settings.type]({
      deliveryId: input.deliveryId,
      thread: input.thread,
      notification: input.notification,
      settings,
      secrets,
      policy: { allowPrivate, allowLoopback: isOwn || context.allowLoopback },
      publicUrl: context.publicUrl,
      nowMs: atMs,
      signal: stop.signal,
    });
  } catch (error) {
    result = problemOf(error);
  } finally {
    settled.abort(new Error('settled'));
  }
  const detail = withoutSecrets(context, result.detail, secrets);
  return { result: { ...result, detail }, atMs, durationMs: Math.round(clock.monotonicMs() - startMs) };
}

/** Receivers like to repeat what they were sent: an answer is kept without the channel's own secrets too. */
function withoutSecrets(context: NotifyContext, detail: string, secrets: ChannelSecrets): string {
  let text = detail;
  for (const secret of secretParts(secrets)) text = text.replaceAll(secret, '[secret]');
  return clip(context.redactor.text(text), NOTIFY_LIMITS.detailCharsMax);
}

const PART_CHARS_MIN = 4;

/** The longest first: an address, its path, and every piece of it that may be a token. */
function secretParts(secrets: ChannelSecrets): readonly string[] {
  const { url, ...others } = secrets;
  const parts = Object.values(others) as string[];
  if (url !== undefined) {
    const { pathname, search, searchParams } = new URL(url);
    parts.push(url, `${pathname}${search}`, pathname, ...pathname.split('/'), ...searchParams.values());
  }
  return [...new Set(parts)].filter((part) => part.length >= PART_CHARS_MIN).sort((a, b) => b.length - a.length);
}
