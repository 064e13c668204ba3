import { Failure } from '../../base/index.ts';
import { SENTRY_FAILURES } from './failures.ts';
import { SENTRY_LIMITS } from './limits.ts';

export interface FormPart {
  readonly name: string;
  /** Absent for plain fields. */
  readonly filename?: string;
  readonly contentType: string;
  /** A view of the body. */
  readonly bytes: Buffer;
}

const BLANK_LINE = Buffer.from('\r\n\r\n');
const PART_HEADER_BYTES_MAX = 8_192;

/** The parts of a multipart/form-data body (RFC 7578). Throws `sentry.payload-invalid`. */
export function parseMultipart(body: Buffer, contentType: string): readonly FormPart[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw malformed('its content type has no boundary');
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let position = body.indexOf(delimiter);
  if (position < 0) throw malformed('its boundary does not occur');
  for (;;) {
    const start = position + delimiter.length;
    if (body.subarray(start, start + 2).toString('latin1') === '--') return parts;
    const next = body.indexOf(delimiter, start);
    if (next < 0) throw malformed('it ends in the middle of a part');
    if (parts.length === SENTRY_LIMITS.formPartsMax)
      throw malformed(`it has more than ${SENTRY_LIMITS.formPartsMax} parts`);
    // A part begins after the line of its delimiter and ends before the line break of the next.
    parts.push(readPart(body.subarray(start + 2, Math.max(start + 2, next - 2))));
    position = next;
  }
}

function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary=(?:"([^"]{1,200})"|([^;\s]{1,200}))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

function readPart(part: Buffer): FormPart {
  const end = part.subarray(0, PART_HEADER_BYTES_MAX).indexOf(BLANK_LINE);
  if (end < 0) throw malformed('a part has no headers');
  const headers = part.subarray(0, end).toString('utf8');
  const name = parameterOf(headers, 'name');
  if (name === undefined) throw malformed('a part has no name');
  const filename = parameterOf(headers, 'filename');
  const contentType = /^content-type:[ \t]*([^\r\n]{0,200})/im.exec(headers)?.[1]?.trim() ?? '';
  return {
    name,
    ...(filename === undefined ? {} : { filename }),
    contentType,
    bytes: part.subarray(end + BLANK_LINE.length),
  };
}

function parameterOf(headers: string, name: 'name' | 'filename'): string | undefined {
  const pattern = name === 'name' ? /[;\s]name="([^"\r\n]{0,500})"/i : /[;\s]filename="([^"\r\n]{0,500})"/i;
  return pattern.exec(headers)?.[1];
}

const malformed = (problem: string): Failure =>
  new Failure(SENTRY_FAILURES.payloadInvalid, { itemType: 'form', reason: 'invalid-form', problem });
