import type { CompileContext } from './compile-context.ts';
import { INSIGHTS_LIMITS } from './insights-limits.ts';
import { engineRegex, literalOf, requiredText } from './regex.ts';
import { textOf, type Value } from './value.ts';

/**
 * Conditions on the message that the text index can answer. The index knows whole tokens (runs of ASCII letters and
 * digits, and all bytes beyond ASCII), while a search is for a substring: each condition here is the exact one, with
 * beside it only what follows from it, so the answer is the same with the index, without it, and half built.
 */

/** The text of a value contains this one, case-sensitively. */
export function contains(context: CompileContext, subject: Value, needle: string): string {
  if (subject.isBody) return bodyContains(context, needle);
  return `(${textOf(subject)} LIKE ${context.parameters.text(`%${escapeLike(needle)}%`)})`;
}

/** The text of a value matches a regular expression, which has been checked. */
export function matchesRegex(context: CompileContext, subject: Value, source: string): string {
  const literal = literalOf(source);
  if (literal !== undefined) return contains(context, subject, literal);
  const matches = `match(${textOf(subject)}, ${context.parameters.text(engineRegex(source))})`;
  const required = subject.isBody ? requiredText(source) : undefined;
  return required === undefined ? matches : `(${bodyContains(context, required)} AND ${matches})`;
}

function bodyContains(context: CompileContext, needle: string): string {
  const exact = `body LIKE ${context.parameters.text(`%${escapeLike(needle)}%`)}`;
  const tokens = wholeTokens(needle, false);
  if (tokens.length > 0 || /[A-Za-z0-9]{4}/.test(needle)) context.onTextIndex();
  return tokens.length === 0 ? `(${exact})` : `(hasAllTokens(body, ${context.parameters.texts(tokens)}) AND ${exact})`;
}

/** The message is exactly this text. */
export function bodyEquals(context: CompileContext, text: string): string {
  const exact = `body = ${context.parameters.text(text)}`;
  const tokens = wholeTokens(text, true);
  if (tokens.length === 0) return `(${exact})`;
  context.onTextIndex();
  return `(hasAllTokens(body, ${context.parameters.texts(tokens)}) AND ${exact})`;
}

/**
 * The tokens of a text that are whole tokens of every message around it. At its edges the message may go on with
 * more letters, so the first and the last one count only when the text is the whole message.
 */
export function wholeTokens(text: string, isWholeMessage: boolean): readonly string[] {
  const tokens: string[] = [];
  for (const match of text.matchAll(/[A-Za-z0-9\u0080-\u{10FFFF}]+/gu)) {
    const [token] = match;
    const isInside = match.index > 0 && match.index + token.length < text.length;
    if ((isInside || isWholeMessage) && !tokens.includes(token)) tokens.push(token);
  }
  // The longest are the rarest.
  return tokens.sort((a, b) => b.length - a.length).slice(0, INSIGHTS_LIMITS.textIndexTokens);
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
