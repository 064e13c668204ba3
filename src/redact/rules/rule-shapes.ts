import type { RedactionRule, RedactionValidator } from '../types.ts';

export const LOWER_HEX = '0123456789abcdef';
export const DIGITS = '0123456789';
export const LOWER_ALNUM = 'abcdefghijklmnopqrstuvwxyz0123456789';
export const UPPER_ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Made-up text of an alphabet, the same for the same arguments. Examples are made like this and joined to their prefix
 * at run time, so that no file of this program holds anything that a secret scanner would take for a live key.
 */
export function sample(alphabet: string, length: number, seed = 1): string {
  let state = (seed * 2654435761 + length) >>> 0;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += alphabet[(state >>> 8) % alphabet.length] ?? '';
  }
  return text;
}

/** A made-up UUID in lower case. */
export const sampleUuid = (seed: number): string =>
  [8, 4, 4, 4, 12].map((length, at) => sample(LOWER_HEX, length, seed + at)).join('-');

/** A quotation mark as it stands in source, in escaped JSON at any depth, in HTML and in a URL. */
const QUOTE = String.raw`(?:\\{0,7}["'\x60]|&(?:quot|apos|#34|#39);|\\{1,4}u002[27]|%2[27])`;
/** The type that languages write between a name and its value. */
const TYPE = String.raw`(?:[: ]{1,3}&?(?:str|string)\??)?`;
const ASSIGN = String.raw`(?:[:?+.|]{0,3}={1,3}[>~]?|:{1,3}|->|\|\||%3[ad]|&#61;)`;

/** From the end of a name to the start of its value: `=`, `": "`, ` := `, `\":\"`, `', '` and the like. */
export const LINK = String.raw`(?:${QUOTE}?[\])]?[ \t]{0,16}${TYPE}[ \t]{0,16}${ASSIGN}|${QUOTE}[ \t]{0,4},)\s{0,64}[\[(]?\s{0,8}`;
export const LINK_WITHOUT_COMMA = String.raw`${QUOTE}?[\])]?[ \t]{0,16}${TYPE}[ \t]{0,16}${ASSIGN}(?:[ \t]{0,4}[|>][+-]?(?:\r?\n|\\n))?(?:\s|\\{1,4}[nrt]){0,64}[\[(]?\s{0,8}`;
export const OPTIONAL_QUOTE = `${QUOTE}?`;
export const NAME = String.raw`[\w.$-]{1,128}`;
/** The rest of an XML start tag behind the name of the element. */
const TAG_END = String.raw`(?:\s[^<>]{0,200})?>\s{0,64}`;

/**
 * A value up to its own closing quote, or to the end of the word where it has none. The quotes belong to the match; only
 * what is inside is masked.
 */
export const QUOTED_VALUE = [
  String.raw`"(?:[^"\\\r\n]|\\[^\r\n])*"`,
  String.raw`'(?:[^'\\\r\n]|\\[^\r\n])*'`,
  String.raw`\x60[^\x60\r\n]*\x60`,
  String.raw`\\{1,7}"(?:[^"\\\r\n]|\\[^"\\\r\n])*`,
  String.raw`\\{1,7}'[^'\\\r\n]*`,
  String.raw`&(?:quot|#34);[^&<>\r\n]*`,
  String.raw`&(?:apos|#39);[^&<>\r\n]*`,
  String.raw`\\{1,4}u0022[^\\"\r\n]*`,
  String.raw`%2[27][^%&\s"'<>]*`,
].join('|');
export const VALUE = `${QUOTED_VALUE}|${String.raw`["'\x60]?(?:[^\s"'\x60,;&<>\\()\[\]{}]|[\])}][A-Za-z0-9])+`}`;

interface TokenSpec {
  readonly id: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** Starts with the keyword. */
  readonly pattern: string;
  readonly flags?: string;
  readonly secretGroup?: number;
  readonly reach?: number;
  readonly missSteps?: number;
  readonly validators?: readonly RedactionValidator[];
  /** Secrets (not texts); the carriers are added. */
  readonly examples: readonly string[];
  readonly mustNotMatch: readonly string[];
}

const carriersOf = (secret: string): RedactionRule['mustMatch'] => [
  { text: `deploy used ${secret} at start`, secret },
  { text: `{"message":"got '${secret}'"}`, secret },
  { text: `first line\\n${secret}\\n`, secret },
];

/** A token that is known by how it begins, wherever it stands. */
export function tokenRule(spec: TokenSpec): RedactionRule {
  const { examples, ...rule } = spec;
  return { anchor: 'keyword', ...rule, mustMatch: examples.flatMap(carriersOf) };
}

interface NamedSpec {
  readonly id: string;
  readonly description: string;
  /** Parts of names, as `datadog`; compared without case. */
  readonly names: readonly string[];
  /** What the value looks like; without groups. */
  readonly value: string;
  readonly validators?: readonly RedactionValidator[];
  readonly examples: readonly string[];
  readonly mustNotMatch?: readonly string[];
}

/** A value that is a secret because a service's name stands before it: `datadog_api_key = …`. */
export function namedRule(spec: NamedSpec): RedactionRule {
  const name = spec.names[0] ?? '';
  return {
    id: spec.id,
    description: spec.description,
    keywords: spec.names,
    anchor: 'name',
    pattern: String.raw`(${NAME})(?:${LINK}${OPTIONAL_QUOTE}|${TAG_END})(${spec.value})(?:[^\w+/=-]|$)`,
    flags: 'i',
    secretGroup: 2,
    validators: [
      { type: 'name-has-word', nameGroup: 1, words: spec.names },
      { type: 'entropy', bitsMin: 2.3 },
      ...(spec.validators ?? []),
    ],
    mustMatch: spec.examples.flatMap((secret) => [
      { text: `${name} = "${secret}"`, secret },
      { text: `{\\"${name}\\":\\"${secret}\\"}`, secret },
      { text: `export ${name.toUpperCase()}=${secret}`, secret },
      { text: `<${name}>${secret}</${name}>`, secret },
    ]),
    mustNotMatch: spec.mustNotMatch ?? [`${name} started in 300 ms`, `${name}: connection refused by 10.0.0.1`],
  };
}
