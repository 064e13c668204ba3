import type { MapPosition } from './map-questions.ts';
import { type OriginalPlace, originalPlace, type ShelvedMap } from './shelved-map.ts';
import type { Lines } from './source-lines.ts';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
/** How far before a position its function may be declared: the reach of one search, in characters. */
const REACH = 200_000;

/** The name that a runtime gave, without what it says besides: `async t`, `Object.t`, `t [as handler]`. */
export function bareName(functionName: string): string {
  const name = functionName
    .replace(/^(?:async|new|get|set|static)\s+/, '')
    .replace(/\s*\[as [^\]]*\]$/, '')
    .split('.')
    .at(-1);
  return name !== undefined && IDENTIFIER.test(name) ? name : '';
}

/**
 * The original name of the function that a position of the minified file is in. The runtime says what the function is
 * called there; the nearest declaration of that name before the position is where the map knows its original name.
 */
export function functionNameAt(map: ShelvedMap, position: MapPosition): string {
  const name = bareName(position.functionName);
  if (name === '' || map.minified === undefined) return '';
  const lineStart = map.minified.startOf(position.line);
  if (lineStart === undefined) return '';
  const at = lineStart + position.column - 1;
  const declared = findDeclaration(map.minified.text, name, at);
  if (declared === undefined) return '';
  const { line, column } = placeOf(map.minified.text, declared, { at: lineStart, line: position.line });
  const place = originalPlace(map, line, column);
  if (place === undefined) return '';
  if (place.name !== '') return place.name;
  // Maps name what was renamed; what was not stands in the original text.
  return place.source < 0 ? '' : wordAt(map.lines(place.source), place);
}

const before = (text: string, at: number): string => text.slice(Math.max(0, at - 20), at);
const isWordCharacter = (character: string | undefined): boolean => character !== undefined && /[\w$]/.test(character);

/** Offset of the nearest declaration of the name before `end`. */
function findDeclaration(text: string, name: string, end: number): number | undefined {
  const floor = Math.max(0, end - REACH);
  for (let at = text.lastIndexOf(name, end); at >= floor; at = text.lastIndexOf(name, at - 1)) {
    if (isDeclaration(text, name, at)) return at;
    if (at === 0) break;
  }
  return undefined;
}

function isDeclaration(text: string, name: string, at: number): boolean {
  const after = text.slice(at + name.length, at + name.length + 200);
  if (isWordCharacter(text[at - 1]) || isWordCharacter(after[0])) return false;
  const lead = before(text, at);
  if (/\bfunction\s*\*?\s*$/.test(lead) || /\bclass\s+$/.test(lead)) return true;
  // `t=function(…`, `t=async e=>…`, `t:(e,n)=>…`
  if (/^\s*[=:]\s*(?:async\s*)?(?:function\b|\([^()]*\)\s*=>|[\w$]+\s*=>)/.test(after)) return true;
  // A method: `t(e){…` that nothing calls and no keyword leads.
  return !/[.\w$]\s*$/.test(lead.replace(/\b(?:async|static|get|set)\s+$/, ';')) && /^\s*\([^()]*\)\s*\{/.test(after);
}

/** Line and column, from one, of an offset at or before a known line. */
function placeOf(
  text: string,
  offset: number,
  known: { readonly at: number; readonly line: number },
): { readonly line: number; readonly column: number } {
  let { at: start, line } = known;
  while (offset < start && start > 0) {
    line -= 1;
    start = text.lastIndexOf('\n', start - 2) + 1;
  }
  return { line, column: offset - start + 1 };
}

/** The identifier that stands at a place of the original text; empty when there is none. */
function wordAt(lines: Lines | undefined, place: Pick<OriginalPlace, 'line' | 'column'>): string {
  const rest = lines?.line(place.line)?.slice(place.column - 1) ?? '';
  const word = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(rest)?.[0] ?? '';
  return KEYWORDS.has(word) ? '' : word;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  'async await break case catch class const continue default delete do else export extends finally for function if import in instanceof let new null of return static super switch this throw try typeof undefined var void while with yield true false'.split(
    ' ',
  ),
);

/** What is called at a place of the original text: the last name of `a.b.c(`, or of `new C(`. */
export function identifierAt(lines: Lines | undefined, place: OriginalPlace): string {
  const rest = lines?.line(place.line)?.slice(place.column - 1, place.column + 200) ?? '';
  const called =
    /^(?:new\s+|await\s+)*\.?([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\??\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*)\s*(?:<[^()<>]*>)?\(/u.exec(
      rest,
    );
  const name = called?.[1]?.split('.').at(-1) ?? '';
  return KEYWORDS.has(name) ? '' : name;
}
