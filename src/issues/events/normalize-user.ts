import type { JsonObject, JsonValue, NormalizedEvent } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { isObject, present, textOf } from './reading.ts';

type User = NonNullable<NormalizedEvent['user']>;

const KNOWN = new Set(['id', 'email', 'username', 'ip_address', 'name', 'geo', 'data']);

/** The user, as the application says; an address is taken from the connection only where the SDK asks for it. */
export function normalizeUser(payload: JsonObject, sourceIp: string, mask: EventMask): User | undefined {
  const sent: JsonObject = isObject(payload.user) ? payload.user : {};
  const ip = addressOf(sent.ip_address, payload.sdk, sourceIp);
  const word = (name: string): string | undefined => {
    const text = textOf(sent[name]).trim();
    return text === '' ? undefined : mask.text(text, LIMITS.nameLengthMax);
  };
  const data = dataOf(sent);
  const options = { field: 'user.data', bytesMax: LIMITS.crumbBytesMax };
  const user: User = {
    ...present('id', word('id')),
    ...present('email', word('email')),
    ...present('username', word('username')),
    ...present('ip', ip === '' ? undefined : mask.text(ip, LIMITS.nameLengthMax)),
    ...present('name', word('name')),
    ...present('geo', isObject(sent.geo) ? mask.object(sent.geo, { ...options, field: 'user.geo' }) : undefined),
    ...present('data', data === undefined ? undefined : mask.object(data, options)),
  };
  return Object.keys(user).length === 0 ? undefined : user;
}

/** `{{auto}}` is what browsers send, who do not know their address; newer SDKs say it in their settings. */
function addressOf(sent: JsonValue | undefined, sdk: JsonValue | undefined, sourceIp: string): string {
  const settings = isObject(sdk) && isObject(sdk.settings) ? sdk.settings : {};
  if (sent === '{{auto}}') return settings.infer_ip === 'never' ? '' : sourceIp;
  if (sent === undefined || sent === null || sent === '') return settings.infer_ip === 'auto' ? sourceIp : '';
  return textOf(sent);
}

function dataOf(sent: JsonObject): JsonObject | undefined {
  const rest = Object.entries(sent).filter(
    ([name, value]) => !KNOWN.has(name) && value !== null && value !== undefined,
  );
  const data = isObject(sent.data) ? Object.entries(sent.data) : [];
  return rest.length + data.length === 0 ? undefined : Object.fromEntries([...rest, ...data]);
}

/** Whom an event counts for: the first that is known. Empty when nobody is. */
export function userKeyOf(user: User | undefined): string {
  if (user?.id !== undefined) return `id:${user.id}`;
  if (user?.email !== undefined) return `email:${user.email}`;
  if (user?.username !== undefined) return `username:${user.username}`;
  return user?.ip === undefined ? '' : `ip:${user.ip}`;
}
