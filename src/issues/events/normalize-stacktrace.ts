import { storableText } from '../../base/index.ts';
import type { Frame, JsonObject, JsonValue, Stacktrace } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { countOf, flagOf, isObject, present, textOf } from './reading.ts';

/** A stack trace as `{ frames }` or as the bare list of frames; undefined when there is no frame. */
export function normalizeStacktrace(value: unknown, mask: EventMask, field: string): Stacktrace | undefined {
  const list = Array.isArray(value) ? value : isObject(value) ? value.frames : undefined;
  if (!Array.isArray(list)) return undefined;
  const sent = (list as readonly JsonValue[]).filter(isObject);
  if (sent.length < list.length) mask.remark(field, `${list.length - sent.length} frames were no frames`);
  if (sent.length === 0) return undefined;
  const half = LIMITS.framesMax / 2;
  const isCut = sent.length > LIMITS.framesMax;
  if (isCut) mask.remark(field, `${LIMITS.framesMax} of ${sent.length} frames kept, from both ends`);
  const kept = isCut ? [...sent.slice(0, half), ...sent.slice(-half)] : sent;
  const frames = kept.map((frame) => normalizeFrame(frame, mask, field));
  const said = isObject(value) ? omittedOf(value.frames_omitted) : undefined;
  const omitted: readonly [number, number] | undefined = isCut ? [half, sent.length - half] : said;
  return { frames, ...present('framesOmitted', omitted) };
}

function omittedOf(value: JsonValue | undefined): readonly [number, number] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [from, to] = (value as readonly JsonValue[]).map(countOf);
  return from === undefined || to === undefined ? undefined : [from, to];
}

function normalizeFrame(frame: JsonObject, mask: EventMask, field: string): Frame {
  const path = (value: JsonValue | undefined): string => mask.text(textOf(value), LIMITS.pathLengthMax);
  const places = placesOf(textOf(frame.filename), textOf(frame.abs_path));
  const line = frame.context_line;
  return {
    filename: path(places.filename),
    absPath: path(places.absPath),
    module: codeName(frame.module, mask),
    package: codeName(frame.package, mask),
    function: codeName(frame.function, mask),
    rawFunction: codeName(frame.raw_function, mask),
    platform: path(frame.platform),
    ...present('lineno', countOf(frame.lineno ?? undefined)),
    ...present('colno', countOf(frame.colno ?? undefined)),
    ...present('inApp', flagOf(frame.in_app)),
    preContext: linesOf(frame.pre_context, mask).slice(-LIMITS.contextLinesMax),
    ...present('contextLine', line === undefined || line === null ? undefined : sourceLine(textOf(line), mask)),
    postContext: linesOf(frame.post_context, mask),
    ...present('vars', varsOf(frame.vars, mask, field)),
    ...present('instructionAddr', addressOf(frame.instruction_addr, mask)),
    ...present('data', dataOf(frame, mask, field)),
  };
}

/**
 * Names of code: `EncryptCookies::handle` is no cookie with a value, and the public key token of an assembly is part
 * of its name. What else they hold is masked as anywhere.
 */
function codeName(value: JsonValue | undefined, mask: EventMask): string {
  const name = textOf(value);
  const asked = name.replaceAll('::', '..').replace(/, PublicKeyToken=[\da-f]{16}$/, '');
  const masked = mask.text(asked, LIMITS.pathLengthMax);
  return masked === asked && name.length <= LIMITS.pathLengthMax && isStorable(name)
    ? name
    : mask.text(name, LIMITS.pathLengthMax);
}

/** SDKs of browsers send one of the two, or the same URL in both: the file is then the path of the URL. */
function placesOf(filename: string, absPath: string): { readonly filename: string; readonly absPath: string } {
  if (absPath === '') return { filename: pathOfUrl(filename), absPath: filename };
  return { filename: filename === '' || filename === absPath ? pathOfUrl(absPath) : filename, absPath };
}

function pathOfUrl(place: string): string {
  const path = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(place)?.[1];
  return path === undefined || path === '' || path === '/' ? place : path;
}

const sourceLine = (line: string, mask: EventMask): string => mask.text(line, LIMITS.contextLineLengthMax);

const linesOf = (value: JsonValue | undefined, mask: EventMask): readonly string[] =>
  Array.isArray(value)
    ? (value as readonly JsonValue[]).slice(0, LIMITS.contextLinesMax * 2).map((line) => sourceLine(textOf(line), mask))
    : [];

function varsOf(value: JsonValue | undefined, mask: EventMask, field: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  const vars = isObject(value) ? value : Array.isArray(value) ? Object.fromEntries(value.entries()) : { value };
  return mask.object(vars, { field: `${field}.vars`, bytesMax: LIMITS.varsBytesMax });
}

const addressOf = (value: JsonValue | undefined, mask: EventMask): string | undefined =>
  value === undefined || value === null ? undefined : mask.text(textOf(value), LIMITS.nameLengthMax);

const KNOWN = new Set(
  (
    'filename abs_path module package function raw_function platform lineno colno in_app pre_context context_line ' +
    'post_context vars instruction_addr'
  ).split(' '),
);

/** What frames of native code and of some SDKs say besides: `symbol_addr`, `image_addr`, `trust`, `lock`, … */
function dataOf(frame: JsonObject, mask: EventMask, field: string): JsonObject | undefined {
  let rest: Record<string, JsonValue> | undefined;
  for (const name in frame) {
    if (KNOWN.has(name)) continue;
    const value = frame[name];
    if (value === undefined || value === null) continue;
    rest ??= {};
    rest[name] = value;
  }
  return rest === undefined ? undefined : mask.object(rest, { field: `${field}.data`, bytesMax: LIMITS.crumbBytesMax });
}

const isStorable = (text: string): boolean => storableText(text) === text;
