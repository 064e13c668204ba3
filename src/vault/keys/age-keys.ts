import { Decrypter, Encrypter } from 'age-encryption';
import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';

/** Wraps data keys for age recipients, so that whoever writes cannot read without one of their identities. */
export interface AgeKeys {
  readonly wrap: ((dataKey: Buffer) => Promise<Buffer>) | undefined;
  /** Throws `vault.identity-missing` when no identity opens it. */
  readonly unwrap: (wrapped: Uint8Array, objectName: string) => Promise<Buffer>;
}

const refuse = (value: string, cause: unknown): Failure =>
  // An identity is a secret: only what kind of text it was goes into the message.
  new Failure(VAULT_FAILURES.recipientInvalid, { value: value.startsWith('age1') ? value : '(identity)' }, { cause });

/** Recipients are `age1…`, identities `AGE-SECRET-KEY-1…` (age, version 1, X25519). Throws `vault.recipient-invalid`. */
export function createAgeKeys(settings: {
  readonly recipients?: readonly string[];
  readonly identities?: readonly string[];
}): AgeKeys {
  const recipients = settings.recipients ?? [];
  const identities = settings.identities ?? [];
  const encrypter = new Encrypter();
  for (const recipient of recipients) attempt(recipient, () => encrypter.addRecipient(recipient));
  const decrypter = new Decrypter();
  for (const identity of identities) attempt(identity, () => decrypter.addIdentity(identity));
  return {
    wrap: recipients.length === 0 ? undefined : async (dataKey) => Buffer.from(await encrypter.encrypt(dataKey)),
    unwrap: async (wrapped, objectName) => {
      if (identities.length === 0) throw new Failure(VAULT_FAILURES.identityMissing, { name: objectName });
      try {
        return Buffer.from(await decrypter.decrypt(wrapped));
      } catch (error) {
        throw new Failure(VAULT_FAILURES.identityMissing, { name: objectName }, { cause: error });
      }
    },
  };
}

function attempt(value: string, add: () => void): void {
  try {
    add();
  } catch (error) {
    throw refuse(value, error);
  }
}
