import type { JsonObject, JsonValue } from '../../issues/index.ts';
import type { Harvest, SentryCall } from './harvest.ts';
import { addAttachment, settleAttachments } from './items/blobs.ts';
import { addEvent } from './items/events.ts';
import { SENTRY_LIMITS } from './limits.ts';
import type { FormPart } from './multipart.ts';
import { invalidItem, objectOf, readJsonObject, tooLargeItem } from './read-json.ts';

const MINIDUMP = 'upload_file_minidump';
/** `MDMP`, or what it may be packed into: gzip, zip, bzip2, xz, zstd. */
const BEGINNINGS: readonly string[] = ['4d444d50', '1f8b', '504b0304', '425a68', 'fd377a58', '28b52ffd'];

/**
 * A crash of native code: a minidump with fields that describe the event, or the bare dump. It becomes an event of its
 * own; the dump is kept beside it when the project keeps dumps, and counted when not.
 */
export function takeCrash(
  parts: readonly FormPart[],
  to: { readonly call: SentryCall; readonly harvest: Harvest },
): string {
  const dump = parts.find(({ name }) => name === MINIDUMP);
  if (dump === undefined) throw invalidItem('minidump', 'incomplete', `it has no part ${MINIDUMP}`);
  if (!BEGINNINGS.some((beginning) => dump.bytes.subarray(0, 4).toString('hex').startsWith(beginning))) {
    throw invalidItem('minidump', 'incomplete', 'it does not begin like a minidump');
  }
  const tooLarge = parts.some(({ bytes }) => bytes.length > SENTRY_LIMITS.attachmentBytesMax);
  if (tooLarge) throw tooLargeItem('minidump', SENTRY_LIMITS.attachmentBytesMax, 'bytes');
  const draft = addEvent(
    crashPayload(describedEvent(parts)),
    { category: 'error', itemType: 'minidump', quantity: 1 },
    to,
  );
  for (const part of parts) {
    if (part.filename === undefined) continue;
    const isDump = part === dump;
    addAttachment(
      {
        filename: part.filename.slice(0, SENTRY_LIMITS.nameLengthMax) || 'minidump.dmp',
        contentType: part.contentType || 'application/octet-stream',
        attachmentType: isDump ? 'event.minidump' : 'event.attachment',
        bytes: part.bytes,
      },
      {},
      to,
    );
  }
  settleAttachments(to);
  return draft.eventId;
}

/** `sentry` holds the event as JSON, in one field or numbered ones; `sentry[tags][a]` are single members of it. */
function describedEvent(parts: readonly FormPart[]): JsonObject {
  const whole = parts.filter(({ name, filename }) => filename === undefined && /^sentry(?:__\d{1,3})?$/.test(name));
  const joined = Buffer.concat(whole.map(({ bytes }) => bytes));
  if (joined.length > SENTRY_LIMITS.eventBytesMax) throw tooLargeItem('event', SENTRY_LIMITS.eventBytesMax, 'bytes');
  const event: Record<string, JsonValue> = joined.length === 0 ? {} : { ...readJsonObject(joined, 'event') };
  for (const { name, filename, bytes } of parts) {
    const found = filename === undefined ? /^sentry\[(\w{1,60})\](?:\[([^\]]{1,200})\])?$/.exec(name) : null;
    const [, member = '', inner] = found ?? [];
    // A member of that name would not be one of the event.
    if (found === null || member === '__proto__' || bytes.length > SENTRY_LIMITS.envelopeHeaderBytesMax) continue;
    const text = bytes.toString('utf8');
    event[member] = inner === undefined ? text : { ...objectOf(event[member]), [inner]: text };
  }
  return event;
}

const crashPayload = (event: JsonObject): JsonObject => ({
  platform: 'native',
  level: 'fatal',
  ...event,
  ...('exception' in event
    ? {}
    : {
        exception: {
          values: [
            {
              type: 'Minidump',
              value: 'the process crashed; the dump holds where',
              mechanism: { type: 'minidump', handled: false, synthetic: true },
            },
          ],
        },
      }),
});

/** What a client sends that does not use a form. */
export const bareDump = (bytes: Buffer): readonly FormPart[] => [
  { name: MINIDUMP, filename: 'minidump.dmp', contentType: 'application/octet-stream', bytes },
];
