import { useState } from 'react';
import type { AlarmHistoryItem } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { Moment } from '../parts/moment.tsx';
import { Empty, Section, TableFrame } from '../parts/page.tsx';

const WORDS = { StateUpdate: 'state', ConfigurationUpdate: 'definition', Action: 'told' } as const;
const SHOWN_STEP = 30;

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function Item({ item }: { readonly item: AlarmHistoryItem }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr>
        <td className="whitespace-nowrap">
          <Moment at={item.timeMs} />
        </td>
        <td>{WORDS[item.historyItemType]}</td>
        <td className="w-full min-w-56">{item.historySummary}</td>
        <td className="figure">
          <Button small tone="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Less' : 'All of it'}
          </Button>
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={4}>
            <JsonView value={dataOf(item.historyData)} label={`All of ${item.historySummary}`} />
          </td>
        </tr>
      )}
    </>
  );
}

/** What happened to the alarm in the time shown, newest first, down to the record. */
export function AlarmHistory({ items }: { readonly items: readonly AlarmHistoryItem[] }) {
  const [limit, setLimit] = useState(SHOWN_STEP);
  return (
    <Section
      title="History"
      lead="Changes of state, what was told to whom, and changes of the definition, in the time shown."
    >
      {items.length === 0 ? (
        <Empty title="Nothing happened in this time.">Choose a longer time above to see more.</Empty>
      ) : (
        <TableFrame label="History">
          <table className="ledger">
            <thead>
              <tr>
                {['When', 'What', 'Summary'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">
                  <span className="sr-only">Details</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.slice(0, limit).map((item) => (
                <Item key={`${item.timeMs} ${item.historyItemType} ${item.historySummary}`} item={item} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {items.length > limit && (
        <div className="mt-3">
          <Button onClick={() => setLimit(limit + SHOWN_STEP)}>Show more</Button>
        </div>
      )}
    </Section>
  );
}
