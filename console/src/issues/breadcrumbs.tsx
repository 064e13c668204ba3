import { useState } from 'react';
import type { Breadcrumb, EventView } from '../api/issue-types.ts';
import { cx } from '../base/class-names.ts';
import { formatDuration, formatPlural, formatTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { Masked } from './masked.tsx';
import { Part } from './part.tsx';
import { Pairs } from './value-view.tsx';

const SHOWN_FIRST = 20;

const LEVEL_COLOURS: Readonly<Record<string, string>> = {
  fatal: 'text-broken',
  error: 'text-broken',
  warning: 'text-warn',
};

const matches = (crumb: Breadcrumb, words: readonly string[], kind: string): boolean => {
  if (kind !== '' && (crumb.category || crumb.type) !== kind) return false;
  const text = `${crumb.category} ${crumb.type} ${crumb.level} ${crumb.message} ${JSON.stringify(crumb.data ?? '')}`;
  return words.every((word) => text.toLowerCase().includes(word));
};

/** The one line of a request that says most. */
function headline({ message, data }: Breadcrumb): string {
  if (message !== '') return message;
  const { method, url, status_code: status, to, from } = data ?? {};
  if (typeof url === 'string') return [method, url, status].filter((part) => part !== undefined).join(' ');
  return typeof to === 'string' ? [from, '→', to].filter(Boolean).join(' ') : '';
}

function CrumbRow({ crumb, eventMs }: { readonly crumb: Breadcrumb; readonly eventMs: number }) {
  const { zone } = usePreferences();
  const [isOpen, setOpen] = useState(false);
  const data = Object.entries(crumb.data ?? {});
  const before = crumb.timeMs === undefined ? '' : `−${formatDuration(Math.max(0, eventMs - crumb.timeMs))}`;
  const content = (
    <>
      <span
        className="w-20 shrink-0 font-mono text-ink-3"
        title={crumb.timeMs === undefined ? undefined : formatTime(crumb.timeMs, zone, 'ms')}
      >
        {before}
      </span>
      <span
        className={cx('w-28 shrink-0 truncate font-medium', LEVEL_COLOURS[crumb.level])}
        title={`${crumb.type} ${crumb.category} ${crumb.level}`}
      >
        {crumb.category === '' ? crumb.type : crumb.category}
        {LEVEL_COLOURS[crumb.level] !== undefined && <span className="sr-only"> {crumb.level}</span>}
      </span>
      <span className={cx('min-w-0 flex-1 font-mono break-words', !isOpen && 'line-clamp-2')}>
        <Masked text={headline(crumb)} />
      </span>
    </>
  );
  const row = 'flex w-full flex-wrap items-baseline gap-x-3 px-2 py-1.5 text-left text-xs sm:flex-nowrap';
  return (
    <li className="border-b border-line last:border-b-0">
      {data.length > 0 ? (
        <button
          type="button"
          aria-expanded={isOpen}
          className={cx(row, 'hover:bg-sunk')}
          onClick={() => setOpen(!isOpen)}
        >
          {content}
          <span className="text-ink-3">{isOpen ? 'less' : `${data.length} more`}</span>
        </button>
      ) : (
        <div className={row}>{content}</div>
      )}
      {isOpen && (
        <div className="border-t border-line bg-sunk px-3 py-1.5">
          <Pairs label="Data of the breadcrumb" pairs={data} />
        </div>
      )}
    </li>
  );
}

/** What the application did before: the newest first, the event itself on top. */
export function Breadcrumbs({ view }: { readonly view: EventView }) {
  const { breadcrumbs, timeMs } = view.event;
  const [find, setFind] = useState('');
  const [kind, setKind] = useState('');
  const [limit, setLimit] = useState(SHOWN_FIRST);
  if (breadcrumbs.length === 0) return null;
  const kinds = [...new Set(breadcrumbs.map(({ category, type }) => category || type))].filter(Boolean).toSorted();
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const found = breadcrumbs.toReversed().filter((crumb) => matches(crumb, words, kind));
  return (
    <Part
      title="Breadcrumbs"
      summary={formatPlural(breadcrumbs.length, 'step')}
      action={
        <div className="flex flex-wrap gap-2">
          <input
            aria-label="Find in the breadcrumbs"
            placeholder="Find"
            className="control h-[26px]! w-36"
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
          <select
            aria-label="Category"
            className="control h-[26px]! max-w-40"
            value={kind}
            onChange={(event) => setKind(event.target.value)}
          >
            <option value="">All categories</option>
            {kinds.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </div>
      }
    >
      {found.length === 0 ? (
        <p className="text-sm text-ink-3">No step is like that.</p>
      ) : (
        <ol className="border border-line">
          {found.slice(0, limit).map((crumb, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: breadcrumbs have no identity but their place.
            <CrumbRow key={`${view.event.eventId} ${index}`} crumb={crumb} eventMs={timeMs} />
          ))}
        </ol>
      )}
      {found.length > limit && (
        <Button small className="mt-2" onClick={() => setLimit(found.length)}>
          Show {formatPlural(found.length - limit, 'earlier step')}
        </Button>
      )}
    </Part>
  );
}
