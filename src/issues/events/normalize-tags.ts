import type { JsonObject, NormalizedEvent } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import { cutText, type EventMask } from './masking.ts';
import { userKeyOf } from './normalize-user.ts';
import { pairsOf, put, textOf } from './reading.ts';

/** Sent tags as one map of texts; of the same key the first counts, as in Sentry. */
export function normalizeSentTags(value: unknown, mask: EventMask): Record<string, string> {
  const tags: Record<string, string> = {};
  const sent = pairsOf(value).filter(([, item]) => item !== null && item !== '');
  if (sent.length > LIMITS.tagsMax) mask.remark('tags', `${LIMITS.tagsMax} of ${sent.length} kept`);
  for (const [name, item] of sent.slice(0, LIMITS.tagsMax)) {
    const key = mask.text(oneLine(name), LIMITS.tagLengthMax);
    if (key === '' || Object.hasOwn(tags, key)) continue;
    put(tags, key, mask.field(name, oneLine(textOf(item)), LIMITS.tagLengthMax, 'tags'));
  }
  return tags;
}

const oneLine = (text: string): string => (/[\n\r\t]/.test(text) ? text.replace(/\s+/g, ' ').trim() : text.trim());

/**
 * Adds what lists and searches ask for. What mirrors a field of the event is as the field says, whatever was sent;
 * what is taken from contexts gives way to what was sent.
 */
export function deriveTags(sent: Record<string, string>, event: Omit<NormalizedEvent, 'tags'>): Record<string, string> {
  const tags = sent;
  const set = (key: string, value: string): void => {
    if (value !== '') tags[key] = shortTag(value);
  };
  const add = (key: string, value: string): void => {
    if (value !== '' && !Object.hasOwn(tags, key)) tags[key] = shortTag(value);
  };
  set('level', event.level);
  set('environment', event.environment);
  set('release', event.release);
  set('dist', event.dist);
  set('user', userKeyOf(event.user));
  set('user.id', event.user?.id ?? '');
  set('user.email', event.user?.email ?? '');
  set('user.username', event.user?.username ?? '');
  set('user.ip', event.user?.ip ?? '');
  add('logger', event.logger);
  add('transaction', event.transaction);
  add('server_name', event.serverName);
  add('url', event.request?.url ?? '');
  const caught = event.exceptions.at(-1)?.mechanism;
  add('mechanism', caught?.type ?? '');
  const handled = event.exceptions.map((one) => one.mechanism.handled).filter((one) => one !== undefined);
  if (handled.length > 0) add('handled', handled.includes(false) ? 'no' : 'yes');
  for (const name of ['browser', 'runtime', 'os', 'client_os', 'app', 'gpu'])
    addProduct(event.contexts[name], name, add);
  addDevice(event.contexts.device, add);
  addReport(event, add);
  return tags;
}

type Add = (key: string, value: string) => void;

/** What was masked and cut before can only be cut again. */
const shortTag = (value: string): string => {
  const line = oneLine(value);
  return line.length <= LIMITS.tagLengthMax ? line : cutText(line, LIMITS.tagLengthMax);
};

function addProduct(context: JsonObject | undefined, key: string, add: Add): void {
  if (context === undefined) return;
  const name = textOf(context.name ?? context.app_name);
  const version = textOf(context.version ?? context.app_version);
  if (name === '') return;
  add(key, version === '' ? name : `${name} ${version}`);
  add(`${key}.name`, name);
}

function addDevice(context: JsonObject | undefined, add: Add): void {
  if (context === undefined) return;
  add('device', textOf(context.model ?? context.family));
  add('device.family', textOf(context.family));
}

function addReport(event: Omit<NormalizedEvent, 'tags'>, add: Add): void {
  if (event.report === undefined) return;
  add('effective-directive', textOf(event.report.effective_directive));
  add('blocked-uri', textOf(event.report.blocked_uri));
  add('hostname', textOf(event.report.hostname));
}
