import { clip, Failure, SECOND_MS } from '../../base/index.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import { type OutgoingAnswer, type OutgoingRequest, sendRequest } from '../outgoing/send-request.ts';
import type { SendResult } from './sender.ts';

/** Sends and judges the answer by its status. */
export async function postAndJudge(request: OutgoingRequest, nowMs: number): Promise<SendResult> {
  let answer: OutgoingAnswer;
  try {
    answer = await sendRequest(request);
  } catch (error) {
    return problemOf(error);
  }
  return judgeAnswer(answer, nowMs);
}

/** 2xx is taken. 408, 425, 429 and 5xx may pass; every other status, redirects too, stays until somebody changes something. */
export function judgeAnswer(answer: OutgoingAnswer, nowMs: number): SendResult {
  const { status } = answer;
  const text = clip(answer.body.replace(/\s+/g, ' ').trim(), NOTIFY_LIMITS.detailCharsMax - 40);
  const detail = text === '' ? `HTTP ${status}` : `HTTP ${status}: ${text}`;
  if (status >= 200 && status < 300) return { type: 'delivered', detail };
  if (status >= 300 && status < 400) return { type: 'refused', detail: `HTTP ${status}: redirects are not followed` };
  const isPassing = status === 408 || status === 425 || status === 429 || status >= 500;
  if (!isPassing) return { type: 'refused', detail };
  const retryAfterMs = readRetryAfterMs(answer.retryAfter, nowMs);
  return { type: 'busy', detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), within the limit. */
export function readRetryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const afterMs = /^\d{1,9}$/.test(text.trim()) ? Number(text) * SECOND_MS : Date.parse(text) - nowMs;
  if (Number.isNaN(afterMs)) return undefined;
  return Math.min(Math.max(afterMs, 0), NOTIFY_LIMITS.retryAfterMsMax);
}

/** What went wrong before there was an answer. An address that is refused stays refused. */
export function problemOf(error: unknown): SendResult {
  if (error instanceof Failure) {
    return { type: error.retryable ? 'busy' : 'refused', detail: clip(error.message, NOTIFY_LIMITS.detailCharsMax) };
  }
  const text = error instanceof Error ? error.message || error.name : String(error);
  return { type: 'busy', detail: clip(text, NOTIFY_LIMITS.detailCharsMax) };
}
