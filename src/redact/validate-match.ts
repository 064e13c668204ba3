import { unreachable } from '../base/index.ts';
import { hasLuhnDigit, hasTokenChecksum } from './checksums.ts';
import { entropyBits, isOpaque } from './opaque-text.ts';
import { isPlaceholder, isProseWord, isReference } from './placeholder.ts';
import { type NameVerdict, wordsOf } from './telling-name.ts';
import type { RedactionValidator } from './types.ts';

export interface MatchedText {
  readonly text: string;
  /** Where the match starts in `text`. */
  readonly at: number;
  readonly secret: string;
  readonly group: (index: number) => string | undefined;
}

/** Whether a match passes one check of its rule. */
export function passes(
  validator: RedactionValidator,
  match: MatchedText,
  judge: (name: string) => NameVerdict,
): boolean {
  switch (validator.type) {
    case 'luhn':
      return hasLuhnDigit(match.secret);
    case 'entropy':
      return entropyBits(match.secret) >= validator.bitsMin;
    case 'checksum':
      return hasTokenChecksum(match.secret);
    case 'jwt':
      return isJwt(match.secret);
    case 'not-placeholder':
      return !isPlaceholder(unquoted(match.secret));
    case 'opaque':
      return isOpaque(unquoted(match.secret), validator.lengthMin) && !isPlaceholder(unquoted(match.secret));
    case 'basic-credentials':
      return isBasicCredentials(match.secret);
    case 'telling-name':
      if (validator.wholeValue === true) return isSecretContainer(match, judge(match.group(validator.nameGroup) ?? ''));
      return isAssignedSecret(match, judge(match.group(validator.nameGroup) ?? ''), validator.opaqueOnly ?? false);
    case 'name-has-word':
      return hasWord(match.group(validator.nameGroup) ?? '', validator.words);
    case 'not-an-id':
      return !CONTINUES_AN_ID.test(match.text.slice(Math.max(0, match.at - 32), match.at));
    default:
      return unreachable(validator);
  }
}

/** The end of a name of an identifier, or of something that the digits are only a part of. */
const CONTINUES_AN_ID =
  /(?:id|ids|time|ts|timestamp|date|trace|span|seq|sequence|offset|nonce|count|bytes|size|version|build|serial)\\{0,3}["']?\s{0,2}[:=#]?\s{0,2}\\{0,3}["']?$|[\w.+/-]$/i;

function hasWord(name: string, words: readonly string[]): boolean {
  const whole = `_${wordsOf(name).join('_')}`;
  return words.some((word) => whole.includes(`_${wordsOf(word).join('_')}`));
}

/** The value without the quotes it was captured with. */
const unquoted = (value: string): string => value.replace(/^[\\"'`\s]+|[\\"'`\s]+$/g, '');

/** The scheme of an Authorization header is no secret; what follows it is. */
const SCHEME = /^(?:bearer|basic|digest|token|negotiate|ntlm|hawk|api[-_]?(?:key|token)|aws4-hmac-sha256)(?:\s+|$)/i;

const OPAQUE_LENGTH_MIN = { key: 8, vague: 14 } as const;

function isAssignedSecret(match: MatchedText, verdict: NameVerdict, opaqueOnly: boolean): boolean {
  if (verdict === 'none') return false;
  const value = unquoted(match.secret).replace(SCHEME, '');
  if (isPlaceholder(value)) return false;
  if (isMarkedBehind(match)) return false;
  const isQuoted = /^[\\"'`]/.test(match.secret);
  if (!isQuoted && (isReference(value) || isCalled(match, value) || standsInResourceName(match))) return false;
  if (opaqueOnly) return isOpaque(value, OPAQUE_LENGTH_MIN.vague);
  switch (verdict) {
    case 'secret':
      return isQuoted ? !isProse(value) : !isProseWord(value) && !followsAsProse(match, value);
    case 'key':
    case 'vague':
      return isOpaque(value, OPAQUE_LENGTH_MIN[verdict]);
    default:
      return unreachable(verdict);
  }
}

/** A list or an object under the name of a secret, with something in it that was not masked before. */
const isSecretContainer = (match: MatchedText, verdict: NameVerdict): boolean =>
  verdict === 'secret' && /[A-Za-z0-9]/.test(match.secret.replace(/\[redacted:[a-z0-9-]+:\d+\]/g, ''));

/** A function of code: `getToken(request)`. With a digit in it, it is rather a password before a bracket. */
const isCalled = (match: MatchedText, value: string): boolean =>
  match.text.charCodeAt(match.at + (match.group(0) ?? '').length) === 40 && /^[A-Za-z_$][A-Za-z_$.]*$/.test(value);

/** `arn:aws:secretsmanager:…:secret:prod/db`: the names of resources are joined by colons too. */
const standsInResourceName = (match: MatchedText): boolean =>
  match.text.charCodeAt(match.at - 1) === 58 &&
  /\b(?:arn|urn|crn):\S{0,96}$/.test(match.text.slice(Math.max(0, match.at - 100), match.at));

/** Someone else has cut the value and says so: `abc..[Redacted]`. */
function isMarkedBehind(match: MatchedText): boolean {
  const end = match.at + (match.group(0) ?? '').length;
  return (
    match.text.charCodeAt(end) === 91 &&
    /^\[(?:redacted|filtered|masked|hidden)\]/i.test(match.text.slice(end, end + 16))
  );
}

/** A quoted sentence about a secret: three words or more, letters and final punctuation only. */
const isProse = (value: string): boolean =>
  isProseWord(value) || /^(?:[A-Za-z']+[,.]? ){3,}[A-Za-z']+[.!?]$/.test(value);

/** An unquoted word of letters with another word of letters behind it: `password: incorrect for user bob`. */
function followsAsProse(match: MatchedText, value: string): boolean {
  if (!/^[A-Za-z]+[.,]?$/.test(value)) return false;
  const whole = match.group(0) ?? '';
  const end = match.at + whole.length;
  return whole.includes(': ') && /^ [A-Za-z]+ [A-Za-z]+/.test(match.text.slice(end, end + 64));
}

/** Both first parts of a JWS are base64url of JSON objects (RFC 7515); encrypted ones (JWE) have five parts. */
function isJwt(token: string): boolean {
  const header = token.slice(token.indexOf('eyJ'), token.indexOf('.'));
  const json = Buffer.from(header.slice(0, 1024), 'base64url').toString('latin1');
  return json.startsWith('{"') && /"(?:alg|typ|kid|enc|cty|jku|x5\w|zip)"/.test(json);
}

function isBasicCredentials(value: string): boolean {
  const bytes = Buffer.from(value.slice(0, 1024), 'base64').toString('latin1');
  // User names and passwords hold no control characters.
  return /^[^\u0000-\u001f:]{1,}:/.test(bytes) && !/[\u0000-\u0008\u000e-\u001f\u007f]/.test(bytes);
}
