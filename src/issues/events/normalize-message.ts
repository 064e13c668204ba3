import type { JsonObject, JsonValue, NormalizedEvent } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { isObject, present, textOf } from './reading.ts';

/** `logentry` or `message`, each as text or as `{ formatted, message, params }`; undefined when nothing was said. */
export function normalizeMessage(payload: JsonObject, mask: EventMask): NormalizedEvent['message'] | undefined {
  const sent = [payload.logentry, payload['sentry.interfaces.Message'], payload.message].filter(
    (value) => value !== undefined && value !== null && value !== '',
  );
  const entry = sent.find(isObject) ?? sent[0];
  if (entry === undefined) return undefined;
  const template = isObject(entry) ? textOf(entry.message) : '';
  const params = isObject(entry) ? (entry.params ?? undefined) : undefined;
  const said = isObject(entry) ? textOf(entry.formatted) : textOf(entry);
  const plain = sent.find((value) => typeof value === 'string');
  const formatted = said !== '' ? said : params === undefined ? template || textOf(plain) : format(template, params);
  if (formatted === '' && template === '') return undefined;
  const text = (value: string): string => mask.text(value, LIMITS.messageLengthMax, 'message');
  return {
    formatted: text(formatted),
    ...present('template', template === '' || template === formatted ? undefined : text(template)),
    ...present(
      'params',
      params === undefined ? undefined : mask.tree(params, { field: 'message.params', bytesMax: LIMITS.crumbBytesMax }),
    ),
  };
}

/** The formats of Python: `%s`, `%(name)s`, `{}` and `{name}`. What does not fit stays as it was written. */
function format(template: string, params: JsonValue): string {
  const named = isObject(params) ? params : undefined;
  const list = Array.isArray(params) ? (params as readonly JsonValue[]) : named === undefined ? [params] : [];
  let next = 0;
  return template.replace(
    /%\((\w{1,64})\)[sdrif]|%[sdrifoxXeEgGc]|\{(\w{0,64})\}/g,
    (whole, percentName: string | undefined, braceName: string | undefined) => {
      const name = percentName ?? (braceName === '' ? undefined : braceName);
      if (name !== undefined) {
        const value = named?.[name] ?? (/^\d+$/.test(name) ? list[Number(name)] : undefined);
        return value === undefined ? whole : textOf(value);
      }
      const value = list[next];
      next += 1;
      return value === undefined ? whole : textOf(value);
    },
  );
}
