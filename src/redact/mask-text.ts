import type { CompiledRule } from './compile-rule.ts';
import type { FoundSecret, SecretFinder } from './find-secrets.ts';
import { REDACT_LIMITS } from './limits.ts';
import { findMasks, maskOf, type Span, UNSCANNED } from './mask.ts';

/** One mask, with the place in the original text of what it hides. */
export interface PlacedMask {
  readonly rule: string;
  readonly offset: number;
  readonly length: number;
}

export type MaskedText =
  | { readonly type: 'clean' }
  | { readonly type: 'masked'; readonly text: string; readonly masks: readonly PlacedMask[]; readonly failed: boolean };

export interface TextMasker {
  readonly mask: (text: string) => MaskedText;
}

const CLEAN: MaskedText = { type: 'clean' };

/** Pieces of the text under work: what is left of the original, and masks. */
type Piece =
  | { readonly type: 'original'; readonly text: string; readonly offset: number }
  | { readonly type: 'mask'; readonly text: string; readonly placed: PlacedMask };

/**
 * Masks a text until a further pass would change nothing, which is what makes masking idempotent: hiding one secret can
 * bring another to light, as when a value ends where a mask begins.
 */
export function createTextMasker(
  finder: SecretFinder,
  rules: readonly CompiledRule[],
  knownIds: ReadonlySet<string>,
): TextMasker {
  const idOf = (rule: number): string => rules[rule]?.rule.id ?? UNSCANNED;
  return {
    mask(text) {
      let pieces: readonly Piece[] = [{ type: 'original', text, offset: 0 }];
      let current = text;
      for (let round = 0; round <= REDACT_LIMITS.roundsMax; round += 1) {
        const findings = finder.find(current);
        if (findings.type === 'failed') return maskWhole(text);
        const secrets = findings.type === 'nothing' ? [] : uncovered(findings.secrets, findMasks(current, knownIds));
        if (secrets.length === 0) return round === 0 ? CLEAN : finish(current, pieces);
        pieces = cut(pieces, secrets, idOf);
        current = pieces.map((piece) => piece.text).join('');
      }
      return maskWhole(text);
    },
  };
}

function finish(text: string, pieces: readonly Piece[]): MaskedText {
  const masks = pieces.flatMap((piece) => (piece.type === 'mask' ? [piece.placed] : []));
  return { type: 'masked', text, masks, failed: false };
}

export function maskWhole(text: string): MaskedText {
  const placed = { rule: UNSCANNED, offset: 0, length: text.length };
  return { type: 'masked', text: maskOf(UNSCANNED, text.length), masks: [placed], failed: true };
}

/** Overlapping secrets become one, under the most specific rule; parts that are masks already are left out. */
function uncovered(secrets: readonly FoundSecret[], masks: readonly Span[]): readonly FoundSecret[] {
  const merged: FoundSecret[] = [];
  for (const secret of [...secrets].sort((a, b) => a.start - b.start || a.rule - b.rule)) {
    const last = merged[merged.length - 1];
    if (last !== undefined && secret.start < last.end) {
      last.end = Math.max(last.end, secret.end);
      last.rule = Math.min(last.rule, secret.rule);
    } else merged.push({ ...secret });
  }
  return masks.length === 0 ? merged : merged.flatMap((secret) => without(secret, masks));
}

function without(secret: FoundSecret, masks: readonly Span[]): FoundSecret[] {
  const parts: FoundSecret[] = [];
  let from = secret.start;
  for (const mask of masks) {
    if (mask.end <= from || mask.start >= secret.end) continue;
    if (mask.start > from) parts.push({ start: from, end: mask.start, rule: secret.rule });
    from = mask.end;
  }
  if (from < secret.end) parts.push({ start: from, end: secret.end, rule: secret.rule });
  return parts;
}

function cut(pieces: readonly Piece[], secrets: readonly FoundSecret[], idOf: (rule: number) => string): Piece[] {
  const result: Piece[] = [];
  let base = 0;
  let next = 0;
  for (const piece of pieces) {
    const end = base + piece.text.length;
    if (piece.type === 'mask') result.push(piece);
    else {
      let from = 0;
      for (; next < secrets.length; next += 1) {
        const secret = secrets[next] as FoundSecret;
        if (secret.start >= end) break;
        const start = secret.start - base;
        const length = secret.end - secret.start;
        if (start > from) result.push(original(piece.text.slice(from, start), piece.offset + from));
        const placed = { rule: idOf(secret.rule), offset: piece.offset + start, length };
        const quote = missingQuote(piece.text, start, start + length);
        result.push({ type: 'mask', text: `${quote}${maskOf(placed.rule, length)}${quote}`, placed });
        from = start + length;
      }
      if (from < piece.text.length) result.push(original(piece.text.slice(from), piece.offset + from));
    }
    base = end;
  }
  return result;
}

/**
 * The quotation mark that a mask needs where a number, a list or an object stood as a JSON value (`"otp":493817`): without it, the whole document
 * could no longer be read as JSON. Empty anywhere else.
 */
function missingQuote(text: string, start: number, end: number): string {
  if (!/^(?:\d+$|[[{])/.test(text.slice(start, end)) || !/^\s*[,}\]]/.test(text.slice(end, end + 64))) return '';
  return /(\\{0,15}")\s{0,16}:\s{0,16}$/.exec(text.slice(Math.max(0, start - 64), start))?.[1] ?? '';
}

const original = (text: string, offset: number): Piece => ({ type: 'original', text, offset });
