import type { NormalizedEvent } from './event.ts';

export interface GroupingComponent {
  /** `exception`, `stacktrace`, `frame`, `function`, `context-line`, `type`, `value`, `message`, `fingerprint`, … */
  readonly id: string;
  readonly contributes: boolean;
  /** Why it does or does not: `ignored because not in app`, `stripped digits`. */
  readonly hint?: string;
  readonly values: readonly (string | GroupingComponent)[];
}

export interface GroupingVariant {
  /** `app`, `system`, `custom-fingerprint`, `salted-app`, `checksum`, `fallback`, … */
  readonly id: string;
  readonly contributes: boolean;
  readonly hint?: string;
  /** 32 hex digits; absent when it does not contribute. */
  readonly hash?: string;
  readonly component: GroupingComponent;
}

export interface GroupingResult {
  readonly version: string;
  /** Primary first. Never empty. */
  readonly hashes: readonly string[];
  readonly variants: readonly GroupingVariant[];
  /** What people read in lists: `TypeError: x is not a function`. */
  readonly title: string;
  /** Type and value apart, for lists that show both. */
  readonly titleType: string;
  readonly titleValue: string;
  /** Where: transaction, or module and function of the frame that matters. */
  readonly culprit: string;
  /** Which frames are in app after the rules, by exception (or thread) and frame index, for the page. */
  readonly inApp: readonly (readonly boolean[])[];
  /** The fingerprint rule that matched, as its text. */
  readonly matchedRule?: string;
}

export interface GroupingSettings {
  readonly version: string;
  readonly fingerprintRules: string;
  readonly enhancementRules: string;
}

/** Pure and cached by the text of the rules. */
export type Group = (event: NormalizedEvent, settings: GroupingSettings) => GroupingResult;
