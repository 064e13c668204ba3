import { Failure, newSecret } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';

export interface KeyParts {
  readonly id: string;
  readonly secret: string;
}

// The id ends at the first underscore. It stands in the Credential of AWS signatures, so it has no slash or comma.
const KEY_FORM = /^hf_([A-Za-z0-9]{4,40})_([A-Za-z0-9_+/=.~-]{16,128})$/;

/** The parts of `hf_<id>_<secret>`; undefined when the text is no key. */
export function parseKey(token: string): KeyParts | undefined {
  const match = KEY_FORM.exec(token);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { id: match[1], secret: match[2] };
}

/** For a key that somebody chose. Throws `access.key-form-invalid`. */
export function acceptKey(token: string): KeyParts {
  const parts = parseKey(token);
  if (parts !== undefined) return parts;
  throw new Failure(ACCESS_FAILURES.keyFormInvalid, {
    idForm: '4 to 40 letters and digits',
    secretForm: '16 to 128 letters, digits and _+/=.~-',
  });
}

export const formatKey = ({ id, secret }: KeyParts): string => `hf_${id}_${secret}`;

/** About 116 bits to tell keys apart, and 232 bits of secret. */
export const newKey = (): KeyParts => ({ id: newSecret(20), secret: newSecret(40) });
