import type { RedactionReport, Redactor } from '../../redact/index.ts';
import type { IncomingAttachment } from '../types.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';

export interface RedactedBytes {
  readonly bytes: Uint8Array;
  /** False for bytes in which secrets could not be looked for. */
  readonly isRedacted: boolean;
}

/** Masks secrets in text; anything that is not text is kept as it is and says so. Other work gets its turn between pieces. */
export async function redactBytes(
  attachment: Pick<IncomingAttachment, 'bytes' | 'attachmentType'>,
  redactor: Redactor,
  report: RedactionReport,
): Promise<RedactedBytes> {
  const { bytes } = attachment;
  const text = attachment.attachmentType === 'event.minidump' ? undefined : readText(bytes);
  if (text === undefined) return { bytes, isRedacted: false };
  const masked: string[] = [];
  for (const piece of piecesOf(text)) {
    masked.push(redactor.text(piece, report));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const whole = masked.join('');
  return { bytes: whole === text ? bytes : Buffer.from(whole, 'utf8'), isRedacted: true };
}

/** UTF-8 without control characters that text does not have; what it says of itself is not asked. */
function readText(bytes: Uint8Array): string | undefined {
  if (bytes.length > LIMITS.attachmentTextBytesMax || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Cut at ends of lines; a private key that has begun stays whole, for its lines alone look like nothing. */
export function* piecesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + LIMITS.attachmentPieceLength, text.length);
    if (end < text.length) {
      end = lineEnd(text, end);
      const begun = text.lastIndexOf('-----BEGIN', end);
      if (begun >= start && text.indexOf('-----END', begun) >= end) {
        end = lineEnd(text, text.indexOf('-----END', begun));
      } else if (begun >= start && text.indexOf('-----END', begun) < 0) {
        end = Math.min(start + LIMITS.attachmentPieceLengthMax, text.length);
      }
      end = Math.min(end, start + LIMITS.attachmentPieceLengthMax);
    }
    yield text.slice(start, end);
    start = end;
  }
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at + 1;
}
