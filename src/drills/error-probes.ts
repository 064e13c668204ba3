import type { Probe, ProbeOutcome } from '../evidence/index.ts';
import { dsnOf } from '../issues/index.ts';
import type { AlertReceiver } from './alert-receiver.ts';
import { type SentException, sendCanaryException } from './canary-exception.ts';
import type { ErrorProbeDeps } from './error-probe-deps.ts';
import { DRILLS_LIMITS } from './limits.ts';
import { waitForAlert, withProbeChannel } from './probe-channel.ts';

/**
 * M6: an exception that an SDK of Sentry sends becomes an issue, and a receiver is told of it within seconds. It goes in
 * over the server's own port by the DSN of the internal project; the notification comes as a signed webhook. The one
 * issue of all canaries is resolved afterwards, so that the next canary is news again.
 */
export const canaryExceptionAlerted = (deps: ErrorProbeDeps): Probe => ({
  id: 'canary-exception-alerted',
  promise: 'M6',
  statement:
    'An exception sent by an SDK becomes an issue, a receiver is told within seconds, and its secrets are gone',
  cadenceMs: Math.max(deps.cadenceMs, DRILLS_LIMITS.alertCadenceMsMin),
  run: (signal) =>
    withProbeChannel(deps, async (receiver) => {
      // What an earlier run left behind when it was killed: a canary of an open issue would be no news.
      await resolveCanaries(deps);
      try {
        return await alertOnce(deps, receiver, signal);
      } finally {
        await resolveCanaries(deps);
      }
    }),
});

async function alertOnce(deps: ErrorProbeDeps, receiver: AlertReceiver, signal: AbortSignal): Promise<ProbeOutcome> {
  const { clock, projects } = deps;
  const { key } = await projects.internal();
  const sentMs = clock.monotonicMs();
  const sent = await sendCanaryException(dsnOf(deps.origin(), key), signal);
  const acceptedMs = Math.round(clock.monotonicMs() - sentMs);
  const wait = (state: string, timeoutMs: number, of: string | ((key: string) => boolean)) =>
    waitForAlert(clock, receiver, { key: of, state, timeoutMs, signal });
  const told = await wait('firing', DRILLS_LIMITS.alertWaitMs, (alertKey) => alertKey.startsWith(ISSUE_KEY));
  const deliveredMs = Math.round(told.atMs - sentMs);
  const stored = await storedText(deps, told.key.slice(ISSUE_KEY.length), sent);
  const resolvedMs = clock.monotonicMs();
  await resolveCanaries(deps);
  const ended = await wait('resolved', DRILLS_LIMITS.alertWaitMs, told.key);
  const leaks = sent.secrets.filter((secret) => stored.includes(secret) || told.message.includes(secret)).length;
  const measurements = {
    ...{ deliveredMs, acceptedMs, endedMs: Math.round(ended.atMs - resolvedMs) },
    ...{ secretsSent: sent.secrets.length, leaks },
  };
  if (!stored.includes(sent.marker) || !told.message.includes(sent.marker)) {
    return {
      passed: false,
      summary: 'The event or its notification lacks the marker that must be there.',
      measurements,
    };
  }
  if (leaks > 0) {
    return { passed: false, summary: `${leaks} secrets of the event were stored or told.`, measurements };
  }
  const seconds = DRILLS_LIMITS.alertDeliveredMs / 1_000;
  return {
    passed: deliveredMs <= DRILLS_LIMITS.alertDeliveredMs,
    summary: `An exception sent by Sentry's SDK was told to a receiver ${deliveredMs} ms later (at most ${seconds} s), without the ${sent.secrets.length} secrets that it held.`,
    measurements,
  };
}

const ISSUE_KEY = 'issue:';

/** The event as it is stored, found in the issue that the receiver was told of. */
async function storedText({ issues, actor }: ErrorProbeDeps, issueId: string, sent: SentException): Promise<string> {
  const { event } = await issues.event(actor, issueId, sent.eventId);
  return JSON.stringify(event);
}

async function resolveCanaries({ issues, projects, actor, clock }: ErrorProbeDeps): Promise<void> {
  const { project } = await projects.internal();
  const nowMs = clock.nowMs();
  const open = await issues.list(actor, {
    ...{ query: 'is:unresolved', projectIds: [project.id], sort: 'last-seen', limit: 100 },
    ...{ fromMs: 0, toMs: nowMs + DRILLS_LIMITS.eventWaitMsMax },
  });
  const ids = open.issues.map(({ issue }) => issue.id);
  if (ids.length > 0) await issues.change(actor, ids, { type: 'resolve', in: 'now' });
}

/** M6: events are processed as they come: none waits for longer than a minute. */
export const processingQueueCurrent = ({ pipeline, cadenceMs }: ErrorProbeDeps): Probe => ({
  id: 'processing-queue-current',
  promise: 'M6',
  statement: 'Events become issues as they come: none waits for longer than a minute',
  cadenceMs,
  run: async () => {
    const { state, reason, lagMs, waitingEvents, processedEvents } = pipeline.status();
    const waits =
      waitingEvents === 0 ? 'No event waits' : `The oldest of ${waitingEvents} events waits for ${lagMs} ms`;
    return {
      passed: state === 'running' && lagMs <= DRILLS_LIMITS.eventWaitMsMax,
      summary: `${waits} for its processing (at most ${DRILLS_LIMITS.eventWaitMsMax / 1_000} s)${reason === '' ? '' : `: ${reason}`}.`,
      measurements: { lagMs, waitingEvents, processedEvents, state },
    };
  },
});
