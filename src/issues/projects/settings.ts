import { clip, DAY_MS, Failure } from '../../base/index.ts';
import { DATA_CATEGORIES, type ProjectSettings } from '../types.ts';
import { ISSUES_PROJECTS_FAILURES } from './failures.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';
import type { GroupingWords, SettingsChange } from './types.ts';

/** What a project is made with; a row holds only what differs on purpose. */
const DEFAULTS: ProjectSettings = {
  retentionDays: ISSUES_PROJECTS_LIMITS.retentionDaysDefault,
  groupingVersion: '',
  fingerprintRules: '',
  enhancementRules: '',
  allowedOrigins: ['*'],
  limitsPerMinute: {},
  keeps: { attachments: true, replays: true, profiles: true, minidumps: false },
  resolveAfterDays: 0,
};

export const withDefaults = (stored: Partial<ProjectSettings>): ProjectSettings => ({
  ...DEFAULTS,
  ...stored,
  keeps: { ...DEFAULTS.keeps, ...stored.keeps },
});

const refuse = (setting: string, reason: string): Failure =>
  new Failure(ISSUES_PROJECTS_FAILURES.settingInvalid, { setting, reason });

/**
 * The settings after a change. Another algorithm of grouping leaves the one before it to be asked too for a time, so
 * that issues that exist are found. Throws `projects.setting-invalid` and `projects.rules-invalid`.
 */
export function changedSettings(
  before: ProjectSettings,
  change: SettingsChange,
  { grouping, nowMs }: { readonly grouping: GroupingWords; readonly nowMs: number },
): ProjectSettings {
  const after: ProjectSettings = { ...before, ...change };
  acceptDays('retentionDays', after.retentionDays, 1, ISSUES_PROJECTS_LIMITS.retentionDaysMax);
  acceptDays('resolveAfterDays', after.resolveAfterDays, 0, ISSUES_PROJECTS_LIMITS.resolveAfterDaysMax);
  if (change.limitsPerMinute !== undefined) acceptLimits(change.limitsPerMinute);
  if (change.fingerprintRules !== undefined || change.enhancementRules !== undefined) acceptRules(after, grouping);
  const origins = change.allowedOrigins === undefined ? before.allowedOrigins : acceptedOrigins(change.allowedOrigins);
  return { ...after, allowedOrigins: origins, ...groupingAfter(before, after.groupingVersion, grouping, nowMs) };
}

function groupingAfter(
  before: ProjectSettings,
  version: string,
  grouping: GroupingWords,
  nowMs: number,
): Partial<ProjectSettings> {
  if (version === before.groupingVersion) return {};
  if (!grouping.versions.includes(version)) {
    throw refuse(
      'groupingVersion',
      `${JSON.stringify(clip(version, 80))} is not one of ${grouping.versions.join(', ')}`,
    );
  }
  const untilMs = nowMs + ISSUES_PROJECTS_LIMITS.previousGroupingDays * DAY_MS;
  return { groupingVersion: version, previousGroupingVersion: before.groupingVersion, previousUntilMs: untilMs };
}

function acceptDays(setting: string, days: number, min: number, max: number): void {
  if (!Number.isInteger(days) || days < min || days > max) {
    throw refuse(setting, `${days} is not a whole number from ${min} to ${max}`);
  }
}

function acceptLimits(limits: ProjectSettings['limitsPerMinute']): void {
  const max = ISSUES_PROJECTS_LIMITS.perMinuteMax;
  for (const [category, value] of Object.entries(limits)) {
    if (!(DATA_CATEGORIES as readonly string[]).includes(category)) {
      throw refuse('limitsPerMinute', `there is no category ${JSON.stringify(clip(category, 80))}`);
    }
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw refuse('limitsPerMinute', `${category} is ${value}, and must be a whole number from 0 to ${max}`);
    }
  }
}

function acceptRules(settings: ProjectSettings, grouping: GroupingWords): void {
  const max = ISSUES_PROJECTS_LIMITS.rulesCharsMax;
  for (const setting of ['fingerprintRules', 'enhancementRules'] as const) {
    const { length } = settings[setting];
    if (length > max) throw refuse(setting, `it has ${length} characters, and ${max} are the most`);
  }
  const [mistake] = grouping.mistakes(settings);
  if (mistake === undefined) return;
  const { rules, line, message, hint } = mistake;
  throw new Failure(ISSUES_PROJECTS_FAILURES.rulesInvalid, { rules, line, reason: message, hint });
}

const ORIGIN = /^(?:\*|(?:(?:\*|[a-z][a-z0-9+.-]*):\/\/)?(?:\*\.)?[a-z0-9_.-]+(?::(?:\d{1,5}|\*))?)$/;

/** `*`, `https://shop.example`, `*.shop.example`, `http://localhost:*`. */
function acceptedOrigins(origins: readonly string[]): readonly string[] {
  const { originsMax, originCharsMax } = ISSUES_PROJECTS_LIMITS;
  if (origins.length > originsMax)
    throw refuse('allowedOrigins', `there are ${origins.length}, and ${originsMax} are the most`);
  return [...new Set(origins.map((origin) => origin.trim().toLowerCase().replace(/\/$/, '')))].map((origin) => {
    if (origin.length <= originCharsMax && ORIGIN.test(origin)) return origin;
    throw refuse(
      'allowedOrigins',
      `${JSON.stringify(clip(origin, 80))} is not such as https://shop.example or *.example.org`,
    );
  });
}
