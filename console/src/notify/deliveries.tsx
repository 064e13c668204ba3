import { Link } from '@tanstack/react-router';
import { useDeliveries } from '../api/notify.ts';
import type { Attempt } from '../api/types.ts';
import { cx } from '../base/class-names.ts';
import { formatDuration } from '../base/format.ts';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

const OUTCOMES = {
  delivered: { mark: 'proven', word: 'delivered', colour: 'text-proven' },
  'will-retry': { mark: 'unproven', word: 'tried again later', colour: 'text-warn' },
  failed: { mark: 'broken', word: 'failed', colour: 'text-broken' },
} as const;

const KINDS = { alerts: '', acknowledged: 'acknowledgement', digest: 'digest of a storm', test: 'test' } as const;

function About({ attempt }: { readonly attempt: Attempt }) {
  const [first] = attempt.alertKeys;
  const kind = KINDS[attempt.kind];
  if (first === undefined) return <>{kind}</>;
  const others = attempt.alertKeys.length - 1;
  return (
    <>
      {kind !== '' && `${kind}: `}
      <Link
        to="/alerts/$key"
        params={{ key: first }}
        className="font-mono text-xs text-accent underline underline-offset-2"
      >
        {first}
      </Link>
      {others > 0 && ` and ${others} more`}
    </>
  );
}

/** What was sent, and what the other side said. */
export function Deliveries() {
  const deliveries = useDeliveries();
  const attempts = deliveries.data?.attempts;
  return (
    <Section title="Last deliveries" lead="Every attempt of the last 30 days is on record; here are the newest 50.">
      {deliveries.isPending && <BoneRows rows={5} label="the deliveries" />}
      {deliveries.isError && <FailureNotice error={deliveries.error} onRetry={() => void deliveries.refetch()} />}
      {attempts?.length === 0 && <Empty title="Nothing was sent yet.">Send a test by a channel to see one here.</Empty>}
      {attempts !== undefined && attempts.length > 0 && (
        <TableFrame label="Last deliveries">
          <table className="ledger">
            <thead>
              <tr>
                {['Outcome', 'When', 'Channel', 'About', 'The other side said'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col" className="figure">
                  Took
                </th>
              </tr>
            </thead>
            <tbody>
              {attempts.map((attempt) => {
                const { mark, word, colour } = OUTCOMES[attempt.outcome];
                return (
                  <tr key={attempt.id}>
                    <td>
                      <span className={cx('inline-flex items-baseline gap-1.5 whitespace-nowrap', colour)}>
                        <Mark state={mark} className="size-3.5" /> {word}
                      </span>
                    </td>
                    <td>
                      <Ago at={attempt.atMs} />
                    </td>
                    <td className="whitespace-nowrap">{attempt.channel}</td>
                    <td className="min-w-56">
                      <About attempt={attempt} />
                    </td>
                    <td className="w-full min-w-56 text-xs break-words text-ink-2">{attempt.detail}</td>
                    <td className="figure whitespace-nowrap">{formatDuration(attempt.durationMs)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </TableFrame>
      )}
    </Section>
  );
}
