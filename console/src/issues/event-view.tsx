import type { Issue, EventView as View } from '../api/issue-types.ts';
import { cx } from '../base/class-names.ts';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { EventBar } from './event-bar.tsx';
import { Attachments, Contexts, EventFeedback, Extra, Message, Packages, Remarks, Request } from './event-facts.tsx';
import { Exceptions, Threads } from './exceptions.tsx';
import { GroupingPanel } from './grouping-panel.tsx';
import { Masked } from './masked.tsx';
import { SourceMapHint } from './source-map-hint.tsx';
import { EventTags } from './tags.tsx';

const HIGHLIGHTS = [
  'environment',
  'release',
  'transaction',
  'url',
  'user',
  'browser',
  'os',
  'runtime',
  'server_name',
] as const;

/** What one looks at first, in one line. */
function Highlights({ view }: { readonly view: View }) {
  const { tags, release, environment, transaction, serverName } = view.event;
  const known: Readonly<Record<string, string>> = {
    ...tags,
    release,
    environment,
    transaction,
    server_name: serverName,
  };
  const shown = HIGHLIGHTS.filter((key) => (known[key] ?? '') !== '');
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-2 pb-3 text-xs">
      {shown.map((key) => (
        <div key={key} className="min-w-0 max-w-72">
          <dt className="text-ink-3">{key.replace('_', ' ')}</dt>
          <dd className="truncate font-mono" title={known[key]}>
            <Masked text={known[key] ?? ''} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One event from what was thrown down to what was sent besides. */
export function EventView({
  issue,
  view,
  which,
  isOld,
}: {
  readonly issue: Issue;
  readonly view: View;
  readonly which: string;
  /** Another event is on its way. */
  readonly isOld: boolean;
}) {
  return (
    <article aria-label="Event" aria-busy={isOld} className={cx(isOld && 'opacity-60')}>
      <EventBar view={view} which={which} />
      <Highlights view={view} />
      <SourceMapHint view={view} />
      <div key={view.event.eventId}>
        <Message view={view} />
        <Exceptions view={view} />
        <Threads view={view} />
        <EventFeedback view={view} />
        <Breadcrumbs view={view} />
        <Request view={view} />
        <EventTags view={view} />
        <Contexts view={view} />
        <Extra view={view} />
        <Attachments view={view} issueId={issue.id} />
        <Packages view={view} />
        <GroupingPanel view={view} />
        <Remarks view={view} />
      </div>
    </article>
  );
}
