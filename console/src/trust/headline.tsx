import { Printer } from 'lucide-react';
import type { PromiseStatus, Trust } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatTime, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';

type State = PromiseStatus['state'];
const STATES: readonly State[] = ['proven', 'broken', 'unproven'];

const MEANINGS: Record<State, string> = {
  proven: 'measured and fresh',
  broken: 'a measurement failed',
  unproven: 'not measured, or too long ago',
};

/** Seventeen marks in the order of the page: where the trouble is can be seen without reading. */
function Tally({ trust, onOpen }: HeadlineProps) {
  return (
    <ol aria-label="All promises" className="grid grid-cols-9 gap-x-1 gap-y-2 sm:flex sm:flex-wrap">
      {trust.promises.map((promise) => (
        <li key={promise.id}>
          <button
            type="button"
            onClick={() => onOpen(promise.id)}
            aria-label={`${promise.id} ${promise.title}: ${promise.state}`}
            title={`${promise.id} ${promise.title}: ${promise.state}`}
            className="flex w-full flex-col items-center gap-1 rounded-md px-1.5 py-1 hover:bg-sunk"
          >
            <Mark state={promise.state} className="size-[18px]" />
            <span aria-hidden="true" className="font-mono text-2xs text-ink-3">
              {promise.id.slice(1)}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Legend({ trust }: { readonly trust: Trust }) {
  const countOf = (state: State): number => trust.promises.filter((promise) => promise.state === state).length;
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
      {STATES.map((state) => (
        <li key={state} className="flex items-center gap-1.5" title={MEANINGS[state]}>
          <Mark state={state} className={cx('size-3.5', countOf(state) === 0 && 'opacity-40')} />
          <span>
            <strong className="font-semibold">{countOf(state)}</strong> {state}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What broke, before everything else: at three at night nobody should have to look for it. */
function Broken({ trust, onOpen }: HeadlineProps) {
  const broken = trust.promises.filter(({ state }) => state === 'broken');
  if (broken.length === 0) return null;
  return (
    <ul className="no-print mt-5 space-y-1">
      {broken.map((promise) => (
        <li key={promise.id}>
          <button
            type="button"
            onClick={() => onOpen(promise.id)}
            className="flex w-full flex-wrap items-center gap-x-3 gap-y-0.5 border-l-4 border-l-broken bg-broken-soft px-3 py-2 text-left text-sm hover:brightness-[0.98]"
          >
            <Mark state="broken" className="size-[18px]" />
            <strong className="font-semibold">
              {promise.id} {promise.title} is broken
            </strong>
            <span className="text-ink-2">{promise.reason}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface HeadlineProps {
  readonly trust: Trust;
  readonly onOpen: (promise: string) => void;
}

/** The most important number of the product, and the largest thing on its page. */
export function Headline({ trust, onOpen }: HeadlineProps) {
  const { zone } = usePreferences();
  const proven = trust.promises.filter(({ state }) => state === 'proven').length;
  return (
    <header className="mb-6">
      <div className="flex flex-wrap items-end justify-between gap-x-10 gap-y-5">
        <h1 className="flex items-end gap-4 leading-none">
          <span className="text-[72px] leading-[0.8] font-semibold tracking-[-0.04em] md:text-[88px]">{proven}</span>
          <span className="pb-0.5 text-lg leading-snug font-normal text-ink-2">
            of {trust.promises.length} promises
            <br />
            <strong className="font-semibold text-ink">proven</strong>
          </span>
        </h1>
        <div className="flex flex-col gap-2.5 sm:items-end">
          <Tally trust={trust} onOpen={onOpen} />
          <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
            <Legend trust={trust} />
          </div>
        </div>
      </div>
      <Broken trust={trust} onOpen={onOpen} />
      <div className="mt-4 flex items-center justify-between gap-4 text-xs text-ink-3">
        <p>
          <span className="print:hidden">
            Read <Ago at={trust.generatedMs} />. Every state below is the result of a measurement that this system made
            itself.
          </span>
          <span className="hidden print:inline">
            Printed from {location.origin}/trust, as of {formatTime(trust.generatedMs, zone)}{' '}
            {zoneName(zone, trust.generatedMs)}.
          </span>
        </p>
        <div className="no-print hidden sm:block">
          <Button small onClick={() => print()}>
            <Printer size={13} /> Print
          </Button>
        </div>
      </div>
    </header>
  );
}
