import { useState } from 'react';
import type { EventView, Issue, TagDistribution } from '../api/issue-types.ts';
import { useIssueTags } from '../api/issues.ts';
import { formatCount, formatPlural, formatShortCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import { Masked } from './masked.tsx';
import { Part } from './part.tsx';
import { withCondition } from './query-words.ts';

const share = (count: number, total: number): number => (total === 0 ? 0 : (count / total) * 100);
const shareText = (count: number, total: number): string => {
  const percent = share(count, total);
  return percent > 0 && percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
};
const SIDE_TAGS = 7;
const FIRST_VALUES = 5;
const COLOURS = ['bg-[var(--series-1)]', 'bg-[var(--chart-plain)]', 'bg-[var(--line-2)]'];

/** The most frequent values of the tags that differ, as one stacked bar each. */
export function TagBars({ issue }: { readonly issue: Issue }) {
  const range = useRange();
  const tags = useIssueTags(issue.id, { startMs: range.startMs, endMs: range.endMs, generation: range.generation });
  const change = useChangeSearch();
  if (tags.data === undefined || tags.data.length === 0) return null;
  const shown = tags.data.filter(({ total }) => total > 0).slice(0, SIDE_TAGS);
  return (
    <section aria-label="Tags of all its events">
      <div className="mb-2 flex items-baseline justify-between">
        <h2 className="text-sm font-semibold">Tags</h2>
        <Button small tone="quiet" onClick={() => change({ tab: 'tags' })}>
          All tags
        </Button>
      </div>
      <ul className="space-y-2 text-xs">
        {shown.map((tag) => {
          const [first] = tag.values;
          return (
            <li key={tag.key}>
              <div className="flex items-baseline justify-between gap-2">
                <span className="text-ink-3">{tag.key}</span>
                <span className="flex min-w-0 gap-2">
                  <span className="truncate" title={first?.value}>
                    <Masked text={first?.value ?? ''} />
                  </span>
                  <span className="text-ink-3">{shareText(first?.count ?? 0, tag.total)}</span>
                </span>
              </div>
              <div aria-hidden="true" className="mt-0.5 flex h-1.5 bg-sunk">
                {tag.values.slice(0, COLOURS.length).map((value, index) => (
                  <i
                    key={value.value}
                    className={`border-r border-paper ${COLOURS[index]}`}
                    style={{ width: `${share(value.count, tag.total)}%` }}
                  />
                ))}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function TagCard({ tag, onPick }: { readonly tag: TagDistribution; readonly onPick: (value: string) => void }) {
  const [limit, setLimit] = useState(FIRST_VALUES);
  return (
    <section aria-label={tag.key} className="mb-5 break-inside-avoid">
      <h3 className="mb-1 flex items-baseline justify-between border-b border-line-2 pb-1 text-sm">
        <code>{tag.key}</code>
        <span className="text-xs font-normal text-ink-3">{formatPlural(tag.values.length, 'value')}</span>
      </h3>
      <ol>
        {tag.values.slice(0, limit).map((value) => (
          <li key={value.value} className="relative">
            <i
              aria-hidden="true"
              className="absolute inset-y-0.5 left-0 bg-accent-soft"
              style={{ width: `${share(value.count, tag.total)}%` }}
            />
            <button
              type="button"
              className="relative flex min-h-[26px] w-full items-center justify-between gap-3 px-1.5 text-left text-xs hover:underline"
              title={`Events with ${tag.key}:${value.value}`}
              onClick={() => onPick(value.value)}
            >
              <span className="min-w-0 truncate font-mono">
                {value.value === '' ? '(empty)' : <Masked text={value.value} />}
              </span>
              <span className="whitespace-nowrap text-ink-2">
                {shareText(value.count, tag.total)}{' '}
                <span className="ml-2 text-ink-3">{formatShortCount(value.count)}</span>
                <span className="ml-2 hidden text-ink-3 sm:inline">
                  <Ago at={value.lastSeenMs} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      {tag.values.length > limit && (
        <Button small tone="quiet" onClick={() => setLimit(tag.values.length)}>
          {formatCount(tag.values.length - limit)} more
        </Button>
      )}
    </section>
  );
}

/** Every tag of all events in the range; a value leads to its events. */
export function TagGrid({ issue }: { readonly issue: Issue }) {
  const range = useRange();
  const change = useChangeSearch();
  const tags = useIssueTags(issue.id, { startMs: range.startMs, endMs: range.endMs, generation: range.generation });
  return (
    <Section title="Tags" lead="Of all events in the chosen time. A value leads to its events.">
      {tags.isPending && <BoneRows rows={6} label="the tags" />}
      {tags.isError && <FailureNotice error={tags.error} onRetry={() => void tags.refetch()} />}
      {tags.data?.length === 0 && <Empty title="No event in this time has a tag." />}
      <div className="columns-1 gap-8 md:columns-2 xl:columns-3">
        {tags.data?.map((tag) => (
          <TagCard
            key={tag.key}
            tag={tag}
            onPick={(value) => change({ tab: 'events', find: withCondition('', tag.key, value) })}
          />
        ))}
      </div>
    </Section>
  );
}

/** The tags of one event. */
export function EventTags({ view }: { readonly view: EventView }) {
  const change = useChangeSearch();
  const tags = Object.entries(view.event.tags).toSorted(([a], [b]) => a.localeCompare(b));
  if (tags.length === 0) return null;
  return (
    <Part title="Tags" summary={formatPlural(tags.length, 'tag')}>
      <dl className="grid gap-x-8 sm:grid-cols-2">
        {tags.map(([key, value]) => (
          <div key={key} className="grid grid-cols-[minmax(100px,38%)_1fr] gap-2 border-b border-line py-1 text-xs">
            <dt className="truncate text-ink-3" title={key}>
              {key}
            </dt>
            <dd className="min-w-0">
              <button
                type="button"
                className="max-w-full text-left font-mono break-words hover:text-accent hover:underline"
                title="Events with this value"
                onClick={() => change({ tab: 'events', find: withCondition('', key, value) })}
              >
                {value === '' ? '(empty)' : <Masked text={value} />}
              </button>
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}
