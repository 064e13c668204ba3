import { useSearch } from '@tanstack/react-router';
import type { Issue } from '../api/issue-types.ts';
import { useIssueEvents } from '../api/issues.ts';
import { Button } from '../parts/button.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { useRange } from '../shell/range-context.tsx';
import type { IssueSearch } from './issue-page.tsx';
import { LevelMark } from './issue-state.tsx';
import { Masked } from './masked.tsx';
import { QueryField } from './query-field.tsx';

const ID_SHOWN = 8;

/** Every event of the issue in the chosen time. */
export function EventsList({ issue }: { readonly issue: Issue }) {
  const { startMs, endMs, generation } = useRange();
  const { find = '' } = useSearch({ strict: false }) as IssueSearch;
  const change = useChangeSearch();
  const list = useIssueEvents(issue.id, { startMs, endMs, generation }, find);
  const events = list.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Section title="Events" lead="Of the chosen time, newest first.">
      <div className="mb-3 flex max-w-[640px]">
        <QueryField
          label="Search its events"
          placeholder="environment:production user.id:7"
          query={find}
          onQuery={(query) => change({ find: query === '' ? undefined : query }, true)}
        />
      </div>
      {list.isPending && <BoneRows rows={8} label="the events" />}
      {list.isError && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && events.length === 0 && <Empty title="No event is like that in this time." />}
      {events.length > 0 && (
        <TableFrame label="Events">
          <table className="ledger">
            <thead>
              <tr>
                {['Event', 'Time', 'Title', 'Release', 'Environment', 'User', 'Host'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <tr key={event.eventId}>
                  <td className="whitespace-nowrap">
                    <button
                      type="button"
                      className="font-mono text-xs text-accent underline decoration-line-2 underline-offset-2"
                      onClick={() => change({ event: event.eventId, tab: undefined })}
                    >
                      {event.eventId.slice(0, ID_SHOWN)}
                    </button>
                  </td>
                  <td className="font-mono text-xs whitespace-nowrap">
                    <Moment at={event.timeMs} />
                  </td>
                  <td className="w-full min-w-56">
                    <LevelMark level={event.level} /> <Masked text={event.title} />
                    {event.transaction !== '' && (
                      <div className="font-mono text-xs text-ink-3">{event.transaction}</div>
                    )}
                  </td>
                  <td className="font-mono text-xs whitespace-nowrap">{event.release}</td>
                  <td className="whitespace-nowrap">{event.environment}</td>
                  <td className="max-w-48 truncate whitespace-nowrap" title={event.userKey}>
                    <Masked text={event.userKey} />
                  </td>
                  <td className="whitespace-nowrap">{event.serverName}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {list.hasNextPage && (
        <div className="mt-3">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </Section>
  );
}
