import type { NormalizedEvent } from '../types.ts';
import type { CrashFrame } from './crash-frame.ts';
import { normalizeMessage } from './message-text.ts';
import { baseName } from './platform.ts';

/** Values of fingerprints, with `{{ variables }}` filled in. */

export const DEFAULT_VALUE = '{{ default }}';

export type FingerprintKind = 'default' | 'custom' | 'salted';

const VARIABLE = /^\{\{\s*([^\s{}]+)\s*\}\}$/;

const variableOf = (value: string): string | undefined => VARIABLE.exec(value.trim())?.[1];

export const isDefault = (value: string): boolean => variableOf(value) === 'default';

export function fingerprintKind(values: readonly string[]): FingerprintKind {
  const others = values.filter((value) => !isDefault(value));
  if (others.length === 0) return 'default';
  return others.length === values.length ? 'custom' : 'salted';
}

export interface VariableSource {
  readonly event: NormalizedEvent;
  readonly crash: CrashFrame | undefined;
}

export function resolveFingerprint(values: readonly string[], source: VariableSource): readonly string[] {
  const messages = new Set(messagesOf(source.event));
  return values.map((value) => {
    const variable = variableOf(value);
    if (variable === 'default') return DEFAULT_VALUE;
    // People put messages into fingerprints, with all the numbers in them.
    if (variable === undefined) return messages.has(value) ? normalizeMessage(value) : value;
    const resolved = resolveVariable(variable, source);
    return variable === 'message' ? normalizeMessage(resolved) : resolved;
  });
}

/** The text of a title with its variables filled in. */
export const fillTitle = (title: string, source: VariableSource): string =>
  title.replace(/\{\{\s*([^\s{}]+)\s*\}\}/g, (_, variable: string) => resolveVariable(variable, source));

function messagesOf(event: NormalizedEvent): readonly string[] {
  const texts = [event.message?.formatted ?? '', ...event.exceptions.map((exception) => exception.value)];
  return texts.filter((text) => text !== '');
}

/** What is not known is said so, so that events that lack it stay together. */
function resolveVariable(name: string, { event, crash }: VariableSource): string {
  const caught = event.exceptions[event.exceptions.length - 1];
  const or = (value: string | undefined, missing: string): string => value || `<no-${missing}>`;
  switch (name) {
    case 'transaction':
      return or(event.transaction, 'transaction');
    case 'message':
    case 'raw_message':
      return or(event.message?.formatted || event.message?.template || caught?.value, 'message');
    case 'type':
    case 'error.type':
      return or(caught?.type, 'type');
    case 'value':
    case 'error.value':
      return or(caught?.value, 'value');
    case 'function':
    case 'stack.function':
      return or(crash?.facts.hasFunction === true ? crash.facts.function : '', 'function');
    case 'path':
    case 'stack.abs_path':
      return or(crash?.facts.path, 'abs-path');
    case 'stack.filename':
      return or(crash?.facts.filename || crash?.facts.path, 'filename');
    case 'module':
    case 'stack.module':
      return or(crash?.facts.module, 'module');
    case 'package':
    case 'stack.package':
      return or(baseName(crash?.facts.package ?? ''), 'package');
    case 'level':
      return or(event.level, 'level');
    case 'logger':
      return or(event.logger, 'logger');
    case 'release':
      return or(event.release, 'release');
    case 'environment':
      return or(event.environment, 'environment');
    default:
      return name.startsWith('tags.')
        ? or(event.tags[name.slice(5)], `value-for-tag-${name.slice(5)}`)
        : `<unknown-variable-${name}>`;
  }
}
