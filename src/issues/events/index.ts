/**
 * issues/events: an event of any SDK, of any version, in one shape and without secrets.
 *
 * Purpose: read what SDKs send in several forms, derive what people search by (browser, system, user, handled),
 * correct clocks, and mask secrets, all in one pass over the payload.
 * Invariants: never throws, whatever the payload; the result is plain JSON; every text in it, names of fields
 * included, went through the redactor after it was made whole and again where it was cut; only ids, numbers and words of
 * closed lists are taken as they are. What was cut or repaired is said in `remarks`; what has no place is in `other`.
 * Limits: limits.ts. A short text that is clean is remembered, so that the frames of a storm cost one look.
 * It does not group, does not store, and does not resolve source maps.
 */

export { ISSUES_EVENTS_LIMITS } from './limits.ts';
export type { EventMask } from './masking.ts';
export { createNormalizeEvent, type NormalizeEvent } from './normalize-event.ts';
export { userKeyOf } from './normalize-user.ts';
