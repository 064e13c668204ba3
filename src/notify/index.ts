/**
 * notify: tells people, once, quickly, by the channels that they use.
 *
 * Purpose: alerts that other areas raise are stored, routed, grouped, silenced, and sent by mail, webhook, Slack and
 * PagerDuty, until somebody acknowledges them or they are resolved.
 *
 * Invariants:
 * - `raise` resolves when the alert is durable and stands in the groups that will tell of it, in one transaction. The
 *   same report stored twice is stored once, and an old one never turns a newer state back.
 * - Of an alert that ended before it was told nothing is told; an end is told when the beginning was. After an
 *   acknowledgement nothing is repeated or escalated.
 * - What is sent stands in an outbox, written in the transaction that decided on it. A delivery that was recorded as
 *   delivered is never sent again. A crash after the receiver took it and before the record sends it again with the
 *   same Idempotency-Key, Message-ID or dedup_key; that window is all of it.
 * - Deliveries of one group go one after the other, so nothing is resolved before it fired.
 * - One layer retries: the outbox. A channel that fails is itself an alert, by the other channels.
 * - Titles, texts and labels are redacted before they are stored; addresses with tokens, passwords and keys are sealed,
 *   and shown, listed and logged nowhere.
 * - Requests go to an address that was judged, and to no other: no redirect, no second lookup of the name.
 *
 * Limits: limits.ts. In a storm a channel gets its cap and one digest in a minute. One process sends from a catalog.
 *
 * It does not decide what an alarm is, know who is on call when, receive acknowledgements from other services, or
 * keep alerts longer than a month after their end.
 */
export { parseMatcher } from './accepted-input.ts';
export type { NotifyDeps } from './context.ts';
export { createNotify } from './create-notify.ts';
export { NOTIFY_FAILURES } from './failures.ts';
export { NOTIFY_LIMITS } from './limits.ts';
export { NOTIFY_MIGRATIONS, type NotifyTables } from './migrations.ts';
export { FALLBACK_NAME, plainRoute } from './routing/default-routing.ts';
export { PROBE_CHANNEL, PROBE_TAG } from './routing/probe-route.ts';
export { isSignatureGood, SIGNATURE_HEADER } from './senders/sign-body.ts';
export { isWorse, severityRank, worstOf } from './severity.ts';
export * from './types.ts';
