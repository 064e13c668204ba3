import type { tagList } from './members.ts';
import type { ValueOf } from './model/shapes.ts';
import { parameterInvalid } from './operation.ts';

/** Tags by key. Throws `cloudwatch.parameter-invalid` when a key occurs twice. */
export function tagsByKey(pairs: ValueOf<typeof tagList> | undefined): Readonly<Record<string, string>> | undefined {
  if (pairs === undefined) return undefined;
  const found = new Map<string, string>();
  for (const { Key, Value } of pairs) {
    if (found.has(Key)) throw parameterInvalid(`The tag key ${Key} occurs twice.`);
    found.set(Key, Value);
  }
  return Object.fromEntries(found);
}
