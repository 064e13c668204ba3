import { LRUCache } from 'lru-cache';
import type {
  Group,
  GroupingResult,
  GroupingSettings,
  GroupingVariant,
  NormalizedEvent,
  ProjectSettings,
} from '../types.ts';
import { type CompiledEnhancements, compileEnhancements } from './apply-enhancement-rules.ts';
import { BUILT_IN_ENHANCEMENTS } from './built-in-enhancements.ts';
import { BUILT_IN_FINGERPRINTS } from './built-in-fingerprints.ts';
import { branch, hashComponents, hashTexts, leaf, silenced } from './component.ts';
import { crashFrame } from './crash-frame.ts';
import {
  DEFAULT_VALUE,
  fillTitle,
  fingerprintKind,
  isDefault,
  resolveFingerprint,
  type VariableSource,
} from './fingerprint.ts';
import { createFactsOf } from './frame-facts.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import { mainException } from './main-exception.ts';
import { matchFingerprintRules } from './match-fingerprint-rules.ts';
import { parseEnhancementRules, readEnhancementRules } from './parse-enhancement-rules.ts';
import { type FingerprintRule, readFingerprintRules } from './parse-fingerprint-rules.ts';
import { type PreparedEvent, prepareStacks } from './prepare-stacks.ts';
import type { Draft } from './strategies.ts';
import { joined, titlesOf } from './titles.ts';
import { DEFAULT_GROUPING_VERSION, findVersion, type GroupingVersion } from './versions.ts';

export interface Grouping {
  /** Never throws: rules that cannot be read are left out, an unknown version is the default one. */
  readonly group: Group;
  /** Hashes by the version before, while the project still asks it; else none. */
  readonly previousHashesOf: (event: NormalizedEvent, settings: ProjectSettings, nowMs: number) => readonly string[];
}

export const groupingSettingsOf = (settings: ProjectSettings): GroupingSettings => ({
  version: settings.groupingVersion,
  fingerprintRules: settings.fingerprintRules,
  enhancementRules: settings.enhancementRules,
});

/** Keeps parsed rules and normalized frames; holds nothing else, so its answers depend on its arguments alone. */
export function createGrouping(): Grouping {
  const factsOf = createFactsOf();
  const max = ISSUES_GROUPING_LIMITS.rulesCachedMax;
  const enhancements = new LRUCache<string, CompiledEnhancements>({ max });
  const fingerprints = new LRUCache<string, readonly FingerprintRule[]>({ max });
  const builtInEnhancements = parseEnhancementRules(BUILT_IN_ENHANCEMENTS);
  const builtInFingerprints = readFingerprintRules(BUILT_IN_FINGERPRINTS, true).rules;

  const enhancementsOf = (text: string): CompiledEnhancements => {
    const known = enhancements.get(text);
    if (known !== undefined) return known;
    const compiled = compileEnhancements([...builtInEnhancements, ...usable(() => readEnhancementRules(text).rules)]);
    enhancements.set(text, compiled);
    return compiled;
  };
  const fingerprintsOf = (text: string): readonly FingerprintRule[] => {
    const known = fingerprints.get(text);
    if (known !== undefined) return known;
    const rules = usable(() => readFingerprintRules(text).rules);
    fingerprints.set(text, rules);
    return rules;
  };
  const group: Group = (event, settings) => {
    const version = findVersion(settings.version) ?? findVersion(DEFAULT_GROUPING_VERSION);
    const prepared = prepareStacks(event, enhancementsOf(settings.enhancementRules), factsOf);
    const rules = { own: fingerprintsOf(settings.fingerprintRules), builtIn: builtInFingerprints };
    return groupPrepared(prepared, version as GroupingVersion, rules);
  };
  return {
    group,
    previousHashesOf: (event, settings, nowMs) => {
      const { previousGroupingVersion: version, previousUntilMs = 0 } = settings;
      if (version === undefined || version === settings.groupingVersion || nowMs >= previousUntilMs) return [];
      return group(event, { ...groupingSettingsOf(settings), version }).hashes;
    },
  };
}

/** Rules were checked when they were saved; a text over today's limits counts as none. */
function usable<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

interface FingerprintRules {
  readonly own: readonly FingerprintRule[];
  readonly builtIn: readonly FingerprintRule[];
}

function groupPrepared(prepared: PreparedEvent, version: GroupingVersion, rules: FingerprintRules): GroupingResult {
  const { event } = prepared;
  const { drafts, main } = version.draft(prepared);
  const titled = mainException(event.exceptions.slice(-ISSUES_GROUPING_LIMITS.exceptionsMax), main);
  const crash = crashFrame(prepared, titled);
  const source: VariableSource = { event, crash };
  const rule = ruleOf(prepared, rules);
  const sent = (event.fingerprint ?? []).slice(0, ISSUES_GROUPING_LIMITS.fingerprintValuesMax);
  const variants = event.checksum
    ? [checksumVariant(event.checksum), ...drafts.map((draft) => overruled(draft, 'the checksum decides'))]
    : variantsOf(drafts, rule?.fingerprint ?? sent, { source, isBuiltIn: rule?.isBuiltIn === true });
  const titles = titlesOf(prepared, titled, crash);
  const custom = rule?.title === undefined ? undefined : fillTitle(rule.title, source);
  return {
    version: version.id,
    hashes: [...new Set(variants.flatMap(({ hash }) => (hash === undefined ? [] : [hash])))],
    variants,
    ...titles,
    ...(custom === undefined ? {} : { ...joined(custom, ''), titleValue: titles.title }),
    inApp: inAppOf(prepared),
    ...(rule === undefined ? {} : { matchedRule: rule.text }),
  };
}

/** Rules of the project go before what was sent, and what was sent goes before built-in rules. */
function ruleOf(prepared: PreparedEvent, rules: FingerprintRules): FingerprintRule | undefined {
  const own = matchFingerprintRules(rules.own, prepared);
  if (own !== undefined) return own;
  const isSent = prepared.event.fingerprint?.some((value) => !isDefault(value)) ?? false;
  return isSent ? undefined : matchFingerprintRules(rules.builtIn, prepared);
}

function checksumVariant(checksum: string): GroupingVariant {
  const isHash = /^[0-9a-fA-F]{32}$/.test(checksum);
  const hash = isHash ? checksum.toLowerCase() : hashTexts(['checksum', checksum]);
  const component = branch('checksum', [leaf('checksum', checksum)]);
  return { id: isHash ? 'checksum' : 'hashed-checksum', contributes: true, hash, component };
}

const overruled = (draft: Draft, hint: string): GroupingVariant => ({
  id: draft.id,
  contributes: false,
  hint,
  component: silenced(draft.component, hint),
});

function variantsOf(
  drafts: readonly Draft[],
  fingerprint: readonly string[],
  options: { readonly source: VariableSource; readonly isBuiltIn: boolean },
): readonly GroupingVariant[] {
  const kind = fingerprintKind(fingerprint);
  if (kind === 'custom') {
    const values = resolveFingerprint(fingerprint, options.source);
    const component = branch(
      'fingerprint',
      values.map((value) => leaf('value', value)),
    );
    const id = options.isBuiltIn ? 'built-in-fingerprint' : 'custom-fingerprint';
    const custom = { id, contributes: true, hash: hashTexts(['fingerprint', ...values]), component };
    return [custom, ...drafts.map((draft) => overruled(draft, 'the fingerprint decides'))];
  }
  const salt = kind === 'salted' ? resolveFingerprint(fingerprint, options.source) : [];
  const variants = drafts.map((draft) => (draft.contributes ? hashed(draft, salt) : { ...draft }));
  const distinct = withoutEqual(variants);
  return distinct.some((variant) => variant.contributes) ? distinct : [...distinct, fallbackVariant(salt)];
}

function hashed(draft: Draft, salt: readonly string[]): GroupingVariant {
  const hash = hashComponents(draft.component.values.filter((value) => typeof value !== 'string'));
  if (salt.length === 0) return { id: draft.id, contributes: true, hash, component: draft.component };
  const values = salt.map((value) =>
    value === DEFAULT_VALUE ? leaf('value', value, { hint: 'what follows' }) : leaf('value', value),
  );
  return {
    id: `salted-${draft.id}`,
    contributes: true,
    hash: hashTexts(['salted', ...salt, hash]),
    component: branch(`salted-${draft.id}`, [branch('fingerprint', values), draft.component]),
  };
}

/** With all frames in app both variants are the same one. */
function withoutEqual(variants: readonly GroupingVariant[]): readonly GroupingVariant[] {
  const seen = new Set<string>();
  return variants.map((variant) => {
    if (variant.hash === undefined) return variant;
    if (!seen.has(variant.hash)) {
      seen.add(variant.hash);
      return variant;
    }
    const { hash: _, ...rest } = variant;
    return { ...rest, contributes: false, hint: 'the same as the one before' };
  });
}

function fallbackVariant(salt: readonly string[]): GroupingVariant {
  const component = branch('fallback', [leaf('fallback', 'nothing in the event tells it from others')]);
  return { id: 'fallback', contributes: true, hash: hashTexts(['fallback', ...salt]), component };
}

/** For the page: by exception where there are any, else by thread, else of the event's own stack. */
function inAppOf(prepared: PreparedEvent): readonly (readonly boolean[])[] {
  const { event, exceptions, threads, stack } = prepared;
  const flags = (of: PreparedEvent['stack']): readonly boolean[] =>
    of === undefined ? [] : [...Array<boolean>(of.omitted).fill(false), ...of.states.map((state) => state.inApp)];
  if (event.exceptions.length > 0) {
    const missing = event.exceptions.length - exceptions.length;
    return [...Array.from({ length: missing }, () => []), ...exceptions.map((each) => flags(each.stack))];
  }
  return threads.length > 0 ? threads.map(flags) : stack === undefined ? [] : [flags(stack)];
}
