import { useRecord } from '../api/logs.ts';
import type { Cell, LogRecord } from '../api/types.ts';
import { formatDuration, formatTime, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { CopyButton } from '../parts/copy.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Scrollable } from '../parts/scrollable.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import type { OnFilter } from './explorer.tsx';
import { ValueMenu } from './value-menu.tsx';

const FIELDS_MAX = 400;

/** The body's own fields under the names that queries know them by: `user.id`, `items.0.sku`. */
function flatten(value: unknown, prefix: string, into: [string, Cell][]): void {
  if (into.length >= FIELDS_MAX) return;
  if (value !== null && typeof value === 'object')
    for (const [name, inner] of Object.entries(value)) flatten(inner, prefix === '' ? name : `${prefix}.${name}`, into);
  else if (prefix !== '') into.push([prefix, value as Cell]);
}

function jsonOf(body: string): unknown {
  if (!/^\s*[[{]/.test(body)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function partsOf(record: LogRecord, json: unknown): { readonly title: string; readonly fields: [string, Cell][] }[] {
  const body: [string, Cell][] = [];
  flatten(json, '', body);
  const system: [string, Cell][] = [
    ['@log', record.logGroup],
    ['@logStream', record.logStream],
    ['service', record.service],
    ['severityText', record.severityText],
    ['severityNumber', record.severityNumber],
    ['traceId', record.traceId],
    ['spanId', record.spanId],
    ['scopeName', record.scopeName],
    ['eventName', record.eventName],
  ];
  return [
    { title: 'Record', fields: system.filter(([, value]) => value !== '' && value !== 0) },
    { title: 'Body', fields: body },
    { title: 'Attributes', fields: Object.entries(record.attributes) },
    { title: 'Resource', fields: Object.entries(record.resource) },
  ].filter(({ fields }) => fields.length > 0);
}

function FieldTable({
  record,
  json,
  onFilter,
}: {
  readonly record: LogRecord;
  readonly json: unknown;
  readonly onFilter: OnFilter;
}) {
  return (
    <div className="space-y-3">
      {partsOf(record, json).map(({ title, fields }) => (
        <section key={title}>
          <h2 className="mb-1 text-xs text-ink-3">{title}</h2>
          <dl className="border-t border-line">
            {fields.map(([name, value]) => (
              <div
                key={name}
                className="grid grid-cols-[minmax(90px,36%)_1fr] gap-3 border-b border-line font-mono text-xs"
              >
                <dt className="truncate py-1 text-ink-2" title={name}>
                  {name}
                </dt>
                <dd className="min-w-0">
                  <ValueMenu field={name} value={value} onFilter={onFilter} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function Times({ record }: { readonly record: LogRecord }) {
  const { zone } = usePreferences();
  const nanoseconds = record.timeNs.slice(-6);
  return (
    <p className="text-xs text-ink-2">
      <span className="font-mono">
        {formatTime(record.timeMs, zone, 'ms')}
        <span className="text-ink-3">{nanoseconds}</span> {zoneName(zone, record.timeMs)}
      </span>
      <span className="text-ink-3">
        {' '}
        · stored {formatDuration(Math.max(0, record.ingestTimeMs - record.timeMs))} later
      </span>
    </p>
  );
}

/** The whole record: its text as it is, its fields with what can be done with each. */
export function RecordDetail({ ptr, onFilter }: { readonly ptr: string; readonly onFilter: OnFilter }) {
  const record = useRecord(ptr);
  if (record.isPending) return <BoneRows rows={4} label="the record" />;
  if (record.isError) return <FailureNotice error={record.error} onRetry={() => void record.refetch()} />;
  const json = jsonOf(record.data.body);
  return (
    <div className="max-w-[1180px] space-y-3 px-3 pt-1 pb-4 sm:pl-[34px]">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Times record={record.data} />
        <span className="flex gap-1.5">
          <CopyButton text={record.data.body} label="Copy the message" />
          <CopyButton text={JSON.stringify(record.data, null, 2)} label="Copy the record" />
        </span>
      </div>
      <div className="grid items-start gap-x-8 gap-y-3 xl:grid-cols-2">
        {json === undefined ? (
          <Scrollable label="Message" className="max-h-[420px] overflow-auto border border-line bg-sunk px-3 py-2">
            <pre className="text-xs leading-relaxed whitespace-pre-wrap">{record.data.body}</pre>
          </Scrollable>
        ) : (
          <JsonView value={json} label="Message" />
        )}
        <FieldTable record={record.data} json={json} onFilter={onFilter} />
      </div>
    </div>
  );
}
