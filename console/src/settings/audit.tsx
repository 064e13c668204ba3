import { useSearch } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { useAudit } from '../api/system.ts';
import { cx } from '../base/class-names.ts';
import { parseUtc } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, TableFrame, Tag, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useRange } from '../shell/range-context.tsx';
import { AuditFilters, type AuditSearch } from './audit-filters.tsx';

type Raw = Record<string, unknown>;

const textIn = (record: Raw, ...path: readonly string[]): string => {
  let value: unknown = record;
  for (const name of path) value = value !== null && typeof value === 'object' ? (value as Raw)[name] : undefined;
  return typeof value === 'string' ? value : '';
};

function resourcesOf(record: Raw): string {
  const list = Array.isArray(record.resources) ? (record.resources as Raw[]) : [];
  return list
    .map((one) => textIn(one, 'name') || textIn(one, 'resourceName') || textIn(one, 'ARN'))
    .filter(Boolean)
    .join(', ');
}

function AuditRow({
  record,
  open,
  onToggle,
}: {
  readonly record: Raw;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const time = parseUtc(textIn(record, 'eventTime'));
  const refusal = textIn(record, 'errorCode');
  const who =
    textIn(record, 'userIdentity', 'userName') ||
    textIn(record, 'userIdentity', 'name') ||
    textIn(record, 'userIdentity', 'principalId');
  return (
    <tr className={cx(open && 'bg-sheet')}>
      <td className="whitespace-nowrap">
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="font-mono text-xs text-accent underline decoration-line-2 underline-offset-2"
        >
          {time === undefined ? textIn(record, 'eventTime') : <Moment at={time} />}
        </button>
      </td>
      <td className="font-medium">{textIn(record, 'eventName')}</td>
      <td>{who === '' ? <span className="text-ink-3">{textIn(record, 'userIdentity', 'type')}</span> : who}</td>
      <td className="max-w-64 truncate font-mono text-xs" title={resourcesOf(record)}>
        {resourcesOf(record)}
      </td>
      <td className="font-mono text-xs text-ink-2">{textIn(record, 'sourceIPAddress')}</td>
      <td>{refusal === '' ? <span className="text-ink-3">done</span> : <Tag tone="warn">{refusal}</Tag>}</td>
    </tr>
  );
}

function AuditTable({ records }: { readonly records: readonly Raw[] }) {
  const [openId, setOpenId] = useState<string>();
  return (
    <TableFrame label="Audit records">
      <table className="ledger">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Who</th>
            <th scope="col">On</th>
            <th scope="col">From</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => {
            const id = textIn(record, 'eventID');
            const open = id === openId;
            return (
              <Fragment key={id}>
                <AuditRow record={record} open={open} onToggle={() => setOpenId(open ? undefined : id)} />
                {open && (
                  <tr>
                    <td colSpan={6} className="bg-sheet">
                      <div className="mb-1.5 flex justify-end">
                        <CopyButton text={JSON.stringify(record, null, 2)} label="Copy the record" />
                      </div>
                      <JsonView value={record} label="Raw record" />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** Who did what, when, and what was refused. */
export function AuditPart() {
  useTitle('Audit');
  const search = useSearch({ strict: false }) as AuditSearch;
  const { startMs, endMs } = useRange();
  const audit = useAudit({
    startMs,
    endMs,
    eventName: search.event,
    identityName: search.who,
    resourceName: search.what,
    refusedOnly: search.refused === 'true' ? true : undefined,
  });
  const records = audit.data?.pages.flatMap((page) => page.records) ?? [];
  return (
    <Section
      title="Audit"
      lead="Who did what, when, from where, and what was refused. Changes, reads of logs and sign-ins are all here."
    >
      <AuditFilters search={search} />
      {audit.isPending && <BoneRows rows={12} label="the audit records" />}
      {audit.isError && <FailureNotice error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.isSuccess && records.length === 0 && (
        <Empty title="No record in this time passes the filters.">
          Choose a longer time at the top, or take a filter away.
        </Empty>
      )}
      {records.length > 0 && <AuditTable records={records} />}
      {audit.hasNextPage && (
        <Button className="mt-3" disabled={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
          {audit.isFetchingNextPage ? 'Reading…' : 'Show older ones'}
        </Button>
      )}
    </Section>
  );
}
