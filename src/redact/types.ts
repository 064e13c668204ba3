/** A rule is data: what it finds and examples that prove it; see docs/formats/redaction-rules.md. */
export interface RedactionRule {
  /** Kebab case, stable: it stands in every mask and in the counts people see. */
  readonly id: string;
  readonly description: string;
  /** Lower-case literals; the rule runs only where one of them occurs (compared without case). Never empty. */
  readonly keywords: readonly string[];
  /** Source of a regular expression in RE2's common subset, with flags. */
  readonly pattern: string;
  readonly flags?: string;
  /**
   * Where a match has to start, seen from a keyword. `keyword`: at the keyword itself, which must not continue
   * a word. `name`: at the first character of the identifier the keyword stands in. `near` (default): anywhere
   * in a window round the keyword. `digits`: at the first digit of a run of 13 digits or more (single spaces and
   * hyphens between digits are part of the run); the keywords are then the digits.
   */
  readonly anchor?: 'keyword' | 'name' | 'near' | 'digits';
  /** UTF-16 code units that the pattern sees from where it starts. Default 512. */
  readonly reach?: number;
  /**
   * What a failed attempt is charged from the budget of steps. Default: the reach, or 32 for a rule that ships, as nearly all
   * of these fail within a few characters; one that can read far before it fails says so here.
   */
  readonly missSteps?: number;
  /** Number of the capture group that is the secret; 0 (default) is the whole match. */
  readonly secretGroup?: number;
  /** Checks that a match must also pass; data too, so that a rule stays a table row. */
  readonly validators?: readonly RedactionValidator[];
  /** Text that must be masked, and the exact part of it that must go. */
  readonly mustMatch: readonly { readonly text: string; readonly secret: string }[];
  /** Text that must be left as it is. */
  readonly mustNotMatch: readonly string[];
}

export type RedactionValidator =
  | { readonly type: 'luhn' }
  | { readonly type: 'entropy'; readonly bitsMin: number }
  | { readonly type: 'checksum'; readonly algorithm: 'github-crc32' | 'npm-crc32' }
  | { readonly type: 'jwt' }
  | { readonly type: 'not-placeholder' }
  /** The secret looks like a machine made it: mixed letters and digits, never a word or a number of few digits. */
  | { readonly type: 'opaque'; readonly lengthMin: number }
  /** The secret is base64 of `user:password`. */
  | { readonly type: 'basic-credentials' }
  /** The name in this group tells that a secret follows, and the value is as secret-like as the name is vague. */
  | {
      readonly type: 'telling-name';
      readonly nameGroup: number;
      readonly opaqueOnly?: boolean;
      readonly wholeValue?: boolean;
    }
  /** One of these words begins a word of the name in this group: `okta` in `my_oktaKey`, not in `rookTable`. */
  | { readonly type: 'name-has-word'; readonly nameGroup: number; readonly words: readonly string[] }
  /** The text right before the match does not name an identifier, a time or a counter (`order_id=`). */
  | { readonly type: 'not-an-id' };

/** What was masked in one batch or record: counts only, never the text. */
export interface RedactionReport {
  /** Masks by rule id. */
  readonly masksByRule: Map<string, number>;
  /** UTF-16 code units that were replaced. */
  maskedLength: number;
  /** Fields masked whole because a rule ran out of its budget or failed. */
  failedClosed: number;
}

/**
 * Replaces secrets by `[redacted:<rule id>:<length>]`. Pure: no clock, no I/O, no state between calls.
 * Masking is idempotent: masking its own output changes nothing.
 */
export interface Redactor {
  /** Masks secrets inside one text. Returns the very same string when there was nothing. */
  readonly text: (text: string, report?: RedactionReport) => string;
  /**
   * Masks a value whose name is known: a telling name (`password`, `authorization`, `set-cookie` …) masks the
   * whole value, any other name is treated as {@link Redactor.text}. Numbers and booleans pass unless the name tells.
   */
  readonly field: (name: string, value: string, report?: RedactionReport) => string;
  /** Walks JSON-like data (objects, arrays, strings), keys included; depth and node limits fail closed. */
  readonly value: (value: unknown, report?: RedactionReport) => unknown;
}
