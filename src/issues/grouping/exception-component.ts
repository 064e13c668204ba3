import type { EventException, GroupingComponent, JsonValue } from '../types.ts';
import { absent, branch, hashComponents, leaf } from './component.ts';
import { chooseExceptions } from './exception-tree.ts';
import { normalizeMessage } from './message-text.ts';
import type { PreparedEvent } from './prepare-stacks.ts';
import { stackComponents } from './stack-component.ts';

export interface ExceptionComponents {
  readonly app: GroupingComponent;
  readonly system: GroupingComponent;
  readonly appHasStack: boolean;
  readonly systemHasStack: boolean;
  /** Index of the exception that the title is of, before wrappers are looked through. */
  readonly main: number;
}

type Prepared = PreparedEvent['exceptions'][number];
type Kind = 'app' | 'system';

/** A chain counts with all its exceptions, oldest cause first; a group with those that are chosen of it. */
export function exceptionComponents(prepared: readonly Prepared[]): ExceptionComponents {
  const parts = prepared.map(singleComponents);
  const exceptions = prepared.map(({ exception }) => exception);
  const chosen = chooseExceptions(exceptions, (index) => keyOf(parts[index]));
  const assemble = (kind: Kind): GroupingComponent => {
    const values = chosen.indexes.flatMap((index) => {
      const part = parts[index];
      return part === undefined ? [] : [part[kind]];
    });
    const [only] = values;
    if (values.length === 1 && only !== undefined) {
      return chosen.hint === undefined ? only : { ...only, hint: chosen.hint };
    }
    return branch('chained-exception', values, chosen.hint === undefined ? {} : { hint: chosen.hint });
  };
  const hasStack = (kind: Kind): boolean => chosen.indexes.some((index) => parts[index]?.stacks[kind] ?? false);
  return {
    app: assemble('app'),
    system: assemble('system'),
    appHasStack: hasStack('app'),
    systemHasStack: hasStack('system'),
    main: chosen.main,
  };
}

interface Single {
  readonly app: GroupingComponent;
  readonly system: GroupingComponent;
  readonly stacks: { readonly app: boolean; readonly system: boolean };
}

/** By what two exceptions of a group are of one kind. */
const keyOf = (part: Single | undefined): string =>
  part === undefined ? '' : hashComponents([part.stacks.app ? part.app : part.system]);

function singleComponents({ exception, stack }: Prepared): Single {
  const stacks = stack === undefined ? undefined : stackComponents(stack);
  const none = absent('stacktrace', 'there is no stack');
  const head = [typeOf(exception), ...nsErrorOf(exception)];
  const value = textOf(exception);
  const build = (trace: GroupingComponent): GroupingComponent =>
    branch('exception', [...head, ...withValue(value, trace, head), trace]);
  const app = stacks?.app ?? none;
  const system = stacks?.system ?? none;
  return { app: build(app), system: build(system), stacks: { app: app.contributes, system: system.contributes } };
}

function typeOf(exception: EventException): GroupingComponent {
  if (exception.type === '') return absent('type', 'the exception has no type');
  return exception.mechanism.synthetic
    ? leaf('type', exception.type, { contributes: false, hint: 'the type was made up where nothing was thrown' })
    : leaf('type', exception.type);
}

/** Domain and code of Apple's NSError tell more than its text. */
function nsErrorOf(exception: EventException): readonly GroupingComponent[] {
  const error = exception.mechanism.meta?.['ns_error'] ?? exception.mechanism.meta?.['nsError'];
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return [];
  const { domain, code } = error as { readonly [key: string]: JsonValue };
  const texts = [domain, code].map((part) =>
    typeof part === 'string' || typeof part === 'number' ? String(part) : '',
  );
  return [leaf('ns-error', texts.join(' ').trim())];
}

function textOf(exception: EventException): GroupingComponent | undefined {
  if (exception.value === '') return undefined;
  const value = normalizeMessage(exception.value);
  return value === exception.value ? leaf('value', value) : leaf('value', value, { hint: 'values in it are replaced' });
}

/** Texts say what a stack says better, so they count only where no stack does. */
function withValue(
  value: GroupingComponent | undefined,
  trace: GroupingComponent,
  head: readonly GroupingComponent[],
): readonly GroupingComponent[] {
  if (value === undefined) return [];
  if (trace.contributes) return [{ ...value, contributes: false, hint: 'the stack says more' }];
  const isNsError = head.some((part) => part.id === 'ns-error' && part.contributes);
  return [isNsError ? { ...value, contributes: false, hint: 'the code of the error says more' } : value];
}
