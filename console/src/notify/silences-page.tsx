import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useExpireSilence, useSilences } from '../api/notify.ts';
import { useMay } from '../api/session.ts';
import type { Silence } from '../api/types.ts';
import { formatPlural } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { NotifyFrame } from './notify-frame.tsx';
import { matcherText } from './read-matchers.ts';
import { SilenceDialog } from './silence-dialog.tsx';

function When({ silence }: { readonly silence: Silence }) {
  if (silence.state === 'pending')
    return (
      <>
        <Tag>to come</Tag> from <Moment at={silence.fromMs} precision="minute" />
      </>
    );
  if (silence.state === 'active')
    return (
      <>
        <Tag tone="warn">holds</Tag> ends <Ago at={silence.untilMs} />
      </>
    );
  return (
    <span className="text-ink-3">
      ended <Ago at={silence.untilMs} />
      {silence.expiredBy !== undefined && <>, by {silence.expiredBy}</>}
    </span>
  );
}

function SilenceTable({ silences, mayEnd }: { readonly silences: readonly Silence[]; readonly mayEnd: boolean }) {
  const expire = useExpireSilence();
  return (
    <>
      {expire.isError && <FailureNotice error={expire.error} />}
      <TableFrame label="Silences">
        <table className="ledger">
          <thead>
            <tr>
              {['Holds back', 'When', 'Why', 'By'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">
                <span className="sr-only">End</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {silences.map((silence) => (
              <tr key={silence.id} className={silence.state === 'expired' ? 'text-ink-3' : ''}>
                <td className="min-w-40 font-mono text-xs break-words">
                  {silence.matchers.map((matcher) => (
                    <div key={matcherText(matcher)}>{matcherText(matcher)}</div>
                  ))}
                </td>
                <td className="whitespace-nowrap">
                  <When silence={silence} />
                </td>
                <td className="w-full min-w-48">{silence.comment}</td>
                <td>
                  {silence.createdBy}
                  <div className="text-xs text-ink-3">
                    <Moment at={silence.createdMs} precision="minute" />
                  </div>
                </td>
                <td className="figure">
                  {mayEnd && silence.state !== 'expired' && (
                    <Button
                      small
                      disabled={expire.isPending}
                      onClick={() => expire.mutate(silence.id)}
                      aria-label={`End the silence: ${silence.comment}`}
                    >
                      End now
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </>
  );
}

/** What are people not told of, until when, and why? */
export function SilencesPage() {
  useTitle('Silences');
  const silences = useSilences();
  const mayRespond = useMay('respondNotify');
  const [creating, setCreating] = useState(false);
  const list = silences.data?.silences;
  const holding = list?.filter(({ state }) => state === 'active').length ?? 0;
  return (
    <NotifyFrame>
      <h1 className="sr-only">Silences</h1>
      <Section
        title="Silences"
        lead={
          list === undefined
            ? 'Alerts that are stored and shown, and not sent.'
            : `${holding === 0 ? 'No silence holds' : `${formatPlural(holding, 'silence')} ${holding === 1 ? 'holds' : 'hold'}`} alerts back now. They end by themselves; what still fires then is told.`
        }
        action={
          mayRespond && (
            <Button tone="accent" onClick={() => setCreating(true)}>
              <Plus size={14} /> Silence alerts
            </Button>
          )
        }
      >
        {silences.isPending && <BoneRows rows={4} label="the silences" />}
        {silences.isError && <FailureNotice error={silences.error} onRetry={() => void silences.refetch()} />}
        {list?.length === 0 && (
          <Empty title="Nothing is silenced.">
            Before planned work, silence what it will set off: by host, service or severity, for as long as it takes.
          </Empty>
        )}
        {list !== undefined && list.length > 0 && <SilenceTable silences={list} mayEnd={mayRespond} />}
      </Section>
      {creating && <SilenceDialog onClose={() => setCreating(false)} />}
    </NotifyFrame>
  );
}
