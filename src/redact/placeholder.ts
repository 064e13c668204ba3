import { SAMPLE_LENGTH } from './opaque-text.ts';

/** Words that stand where a secret would stand and are none. */
const WORDS = new Set(
  (
    'null none nil undefined void true false yes no on off empty unset missing optional required default redacted ' +
    'filtered masked hidden removed omitted sensitive string str text int integer number bool boolean bytes object ' +
    'array varchar any unknown todo tbd n/a na'
  ).split(' '),
);

/** Words that follow `password:` or `token is` in sentences. */
const PROSE = new Set(
  (
    'must is was are were be been has have had for from should shall cannot can could may might will would too does did ' +
    'do not invalid incorrect wrong bad expired rejected accepted denied failed failure mismatch ok okay success valid ' +
    'changed updated rotated revoked reset created deleted found needed the a an and or of in to by with at as it this ' +
    'that your please enter use using got expected unexpected error contains length minimum at-least authentication ' +
    'authorization provided supplied given set stored loaded verified checked refreshed renewed issued'
  ).split(' '),
);

const TEMPLATE =
  /^(?:[$%#@]$|\$\{|\$\(|\{\{|<%|%\(|#\{|@\{|\(\(|<[^>]*>?$|\[[^\]]*\]?$|\{[^}"]*\}?$|\$[A-Za-z_]\w*$|%[A-Za-z_]\w*%$|`\w+ )/;
const STANDS_IN =
  /^(?:x{3,}|\*+|\.{2,}|-+|_+|#{3,}|\?+|•+)$|\*{3,}$|([x*#0•])\1{9,}|^(?:your|my|the|insert|replace|enter|put|add|some)[-_ ][\w -]*(?:here|token|key|secret|password|value)$|(?:^|[-_ ])(?:placeholder|redacted|filtered)(?:$|[-_ ])/i;
const MARKED = /EXAMPLE(?:_?KEY)?$|\[(?:redacted|filtered|masked|hidden)|REDACTED\b|\[Redacted\]/;
const REFERENCE =
  /^(?:var|vars|local|locals|data|module|self|this|process|env|os|config|settings|options|opts|secrets|params|props|args|req|request|res|ctx|context|input|user|credentials|inputs|steps|github|values|each)[.[][\w.[\]'"()$-]*$|^[A-Za-z_$][\w$.]*\((?:[^()]*\)?)?[;,]?$|^[A-Za-z_$][\w$]*\[["']?\w+["']?\]$/;

/** True for what examples, templates and code put in the place of a secret. Quotes are to be taken off before. */
export function isPlaceholder(value: string): boolean {
  if (value.length < 4 && !/[\p{L}\p{N}]/u.test(value)) return true;
  if (WORDS.has(value.toLowerCase())) return true;
  if (value.length > 300) return hasFewCharacters(value);
  return hasFewCharacters(value) || TEMPLATE.test(value) || STANDS_IN.test(value) || MARKED.test(value);
}

/** True for an expression of code that names a secret without holding it. */
export const isReference = (value: string): boolean =>
  REFERENCE.test(value) || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value);

export const isProseWord = (value: string): boolean => PROSE.has(value.toLowerCase().replace(/[.,;:!?]+$/, ''));

/** One or two different letters or digits in all of a longer text: `xxxx-xxxx`, `0000`, `****`. */
function hasFewCharacters(value: string): boolean {
  let length = 0;
  let first = '';
  let second = '';
  for (const character of value.slice(0, SAMPLE_LENGTH).toLowerCase()) {
    if (SEPARATORS.includes(character)) continue;
    length += 1;
    if (character === first || character === second) continue;
    if (first === '') first = character;
    else if (second === '') second = character;
    else return false;
  }
  if (length === 0) return true;
  if (length < 8) return length >= 4 && second === '' && 'x*0#?•'.includes(first);
  return second === '' || length >= 12;
}

const SEPARATORS = '-_.:/= \t\r\n';
