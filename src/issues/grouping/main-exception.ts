import type { EventException } from '../types.ts';

/**
 * Wrappers that frameworks put round every exception of a kind. A list full of their titles would tell nothing apart,
 * so the title is of the exception inside. They still count for the group.
 */
interface Wrapper {
  readonly type: RegExp;
  readonly module?: RegExp;
  readonly value?: RegExp;
}

const WRAPPERS: readonly Wrapper[] = [
  { type: /^Error$/, value: /^There was an error during concurrent rendering but React was able to recover/ },
  { type: /^Error$/, value: /^There was an error while hydrating/ },
  { type: /^Error$/, value: /^Hydration failed but React was able to recover/i },
  {
    type: /^(?:UndeliverableException|OnErrorNotImplementedException|CompositeException)$/,
    module: /^(?:io\.reactivex|rx\.exceptions)/,
  },
  { type: /^(?:InvocationTargetException|UndeclaredThrowableException)$/, module: /^java\.lang\.reflect/ },
  { type: /^(?:ExecutionException|CompletionException)$/, module: /^java\.util\.concurrent/ },
  { type: /^(?:System\.Reflection\.)?TargetInvocationException$/ },
  { type: /^DiagnosticCoroutineContextException$/ },
];

/** The exception that the title is of, from the caught one inwards; `last` is the index of the caught one. */
export function mainException(exceptions: readonly EventException[], last: number): number {
  let main = last;
  while (main > 0) {
    const exception = exceptions[main];
    if (exception === undefined || !WRAPPERS.some((wrapper) => isWrapped(exception, wrapper))) break;
    main--;
  }
  return main;
}

function isWrapped(exception: EventException, wrapper: Wrapper): boolean {
  return (
    wrapper.type.test(exception.type) &&
    (wrapper.module === undefined || wrapper.module.test(exception.module)) &&
    (wrapper.value === undefined || wrapper.value.test(exception.value))
  );
}
