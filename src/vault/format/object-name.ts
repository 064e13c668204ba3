import { Failure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';

const NAME_FORM = /^[a-z0-9_.-]+(?:\/[a-z0-9_.-]+)*$/;

/** Throws `vault.name-invalid` for what not every zone can keep as it is; dots alone would leave the folder. */
export function checkObjectName(name: string): void {
  const refuse = (reason: string): Failure =>
    new Failure(VAULT_FAILURES.nameInvalid, { name: name.slice(0, VAULT_LIMITS.nameCharsMax), reason });
  if (name.length === 0 || name.length > VAULT_LIMITS.nameCharsMax) throw refuse(`it has ${name.length} characters`);
  if (!NAME_FORM.test(name)) throw refuse('it has other characters or an empty part');
  if (name.split('/').some((part) => /^\.+$/.test(part))) throw refuse('a part of it is dots alone');
}
