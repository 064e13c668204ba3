import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import type { EventView, Feedback } from '../api/issue-types.ts';
import { attachmentAddress } from '../api/issues.ts';
import { formatBytes, formatPlural } from '../base/format.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { Notice } from '../parts/notice.tsx';
import { TableFrame, Tag } from '../parts/page.tsx';
import { keepRange } from '../shell/go.ts';
import { asCurl } from './as-curl.ts';
import { Masked } from './masked.tsx';
import { Part } from './part.tsx';
import { Pairs, ValueView } from './value-view.tsx';

interface ViewProps {
  readonly view: EventView;
}

/** The text of an event that is none of an exception, and its template. */
export function Message({ view }: ViewProps) {
  const { message, exceptions, report, template } = view.event;
  if (report !== undefined)
    return (
      <Part title="Report of the browser">
        <Pairs label="Report of the browser" pairs={Object.entries(report)} />
      </Part>
    );
  const isSame = exceptions.some(({ value }) => value === message?.formatted);
  return (
    <>
      {template !== undefined && (
        <Part title="Template">
          <p className="font-mono text-xs">
            {template.filename}
            {template.lineno !== undefined && `:${template.lineno}`}
          </p>
          {template.contextLine !== undefined && <ValueView value={template.contextLine} />}
        </Part>
      )}
      {message !== undefined && message.formatted !== '' && !isSame && (
        <Part title="Message">
          <p className="font-mono text-sm leading-relaxed break-words whitespace-pre-wrap">
            <Masked text={message.formatted} />
          </p>
          {message.template !== undefined && message.template !== message.formatted && (
            <p className="mt-1 text-xs text-ink-3">
              from <code>{message.template}</code>
            </p>
          )}
        </Part>
      )}
    </>
  );
}

export function Request({ view }: ViewProps) {
  const { request } = view.event;
  if (request === undefined) return null;
  const sections = [
    ['Query', request.query],
    ['Headers', request.headers],
    ['Cookies', request.cookies],
    ['Environment', Object.entries(request.env ?? {})],
  ] as const;
  return (
    <Part title="Request" action={<CopyButton label="Copy as curl" text={asCurl(request)} />}>
      <p className="mb-2 font-mono text-xs break-all">
        {request.method !== '' && <strong className="mr-2">{request.method}</strong>}
        <Masked text={request.url} />
      </p>
      {request.body !== undefined && request.body !== null && request.body !== '' && (
        <div className="mb-3">
          <h3 className="mb-1 text-xs text-ink-3">Body</h3>
          <div className="max-h-80 overflow-auto border border-line bg-sunk px-3 py-2">
            <ValueView value={request.body} />
          </div>
        </div>
      )}
      {sections.map(([title, pairs]) =>
        pairs.length === 0 ? null : (
          <div key={title} className="mb-3 last:mb-0">
            <h3 className="mb-1 text-xs text-ink-3">{title}</h3>
            <Pairs label={title} pairs={pairs} />
          </div>
        ),
      )}
    </Part>
  );
}

const TITLES: Readonly<Record<string, string>> = {
  app: 'Application',
  os: 'Operating system',
  gpu: 'GPU',
  trace: 'Trace',
  cloud_resource: 'Cloud resource',
};
const titleOf = (name: string): string =>
  TITLES[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** Runtime, device, application and whatever else was said, side by side. */
export function Contexts({ view }: ViewProps) {
  const { user, contexts } = view.event;
  const { geo, data, ...rest } = user ?? {};
  const userPairs = Object.entries({ ...rest, ...geo, ...data }).filter(([, value]) => value !== undefined);
  const cards: readonly (readonly [string, readonly (readonly [string, unknown])[]])[] = [
    ...(userPairs.length === 0 ? [] : [['User', userPairs] as const]),
    ...Object.entries(contexts).map(
      ([name, context]) => [titleOf(name), Object.entries(context).filter(([key]) => key !== 'type')] as const,
    ),
  ];
  const shown = cards.filter(([, pairs]) => pairs.length > 0);
  if (shown.length === 0) return null;
  return (
    <Part title="Contexts" summary={shown.map(([title]) => title).join(', ')}>
      <div className="columns-1 gap-5 lg:columns-2">
        {shown.map(([title, pairs]) => (
          <div key={title} className="mb-4 break-inside-avoid">
            <h3 className="mb-0.5 border-b border-line-2 pb-1 text-sm font-semibold">{title}</h3>
            <Pairs label={title} pairs={pairs} />
          </div>
        ))}
      </div>
    </Part>
  );
}

export function Extra({ view }: ViewProps) {
  const extra = Object.entries(view.event.extra);
  if (extra.length === 0) return null;
  return (
    <Part title="Additional data" summary={formatPlural(extra.length, 'value')}>
      <Pairs label="Additional data" pairs={extra} />
    </Part>
  );
}

export function Packages({ view }: ViewProps) {
  const modules = Object.entries(view.event.modules).toSorted(([a], [b]) => a.localeCompare(b));
  if (modules.length === 0) return null;
  return (
    <Part title="Packages" summary={formatPlural(modules.length, 'package')} isClosed>
      <dl className="columns-1 gap-6 text-xs sm:columns-2 lg:columns-3">
        {modules.map(([name, version]) => (
          <div key={name} className="flex justify-between gap-3 border-b border-line py-0.5">
            <dt className="min-w-0 truncate font-mono" title={name}>
              {name}
            </dt>
            <dd className="font-mono whitespace-nowrap text-ink-2">{version}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

export function Attachments({ view, issueId }: ViewProps & { readonly issueId: string }) {
  const { attachments, event } = view;
  if (attachments.length === 0) return null;
  const unread = attachments.filter(({ isRedacted }) => !isRedacted).length;
  return (
    <Part title="Attachments" summary={formatPlural(attachments.length, 'file')}>
      <TableFrame label="Attachments">
        <table className="ledger">
          <tbody>
            {attachments.map((file) => (
              <tr key={file.id}>
                <td className="w-full min-w-40 font-mono text-xs break-all">
                  <Masked text={file.filename} />
                </td>
                <td className="text-xs text-ink-2">{file.contentType}</td>
                <td className="figure whitespace-nowrap">{formatBytes(file.bytes)}</td>
                <td>{file.isRedacted ? <Tag>searched for secrets</Tag> : <Tag tone="warn">not searched</Tag>}</td>
                <td>
                  <a
                    href={attachmentAddress(issueId, event.eventId, file.id)}
                    download={file.filename}
                    aria-label={`Download ${file.filename}`}
                    className="inline-flex size-[26px] items-center justify-center text-accent"
                  >
                    <Download size={15} />
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      {unread > 0 && (
        <p className="mt-2 text-xs text-ink-3">
          Secrets cannot be looked for in binary files. They are kept as they came; whoever may read the issue may read
          them.
        </p>
      )}
    </Part>
  );
}

export function FeedbackItem({
  feedback,
  withLink = false,
}: {
  readonly feedback: Feedback;
  readonly withLink?: boolean;
}) {
  const who = [feedback.name, feedback.email].filter(Boolean).join(', ');
  return (
    <li className="border-l-4 border-line-2 bg-sheet px-3.5 py-2.5 text-sm">
      <p className="break-words whitespace-pre-wrap">
        <Masked text={feedback.message} />
      </p>
      <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-ink-3">
        <span>{who === '' ? 'somebody' : who}</span>
        <Ago at={feedback.timeMs} />
        {feedback.url !== '' && (
          <span className="break-all">
            <Masked text={feedback.url} />
          </span>
        )}
        {feedback.release !== '' && <span className="font-mono">{feedback.release}</span>}
        {withLink && feedback.issueId !== undefined && (
          <Link
            to="/issues/$id"
            params={{ id: feedback.issueId }}
            search={keepRange as never}
            className="text-accent underline underline-offset-2"
          >
            Its issue
          </Link>
        )}
      </p>
    </li>
  );
}

export function EventFeedback({ view }: ViewProps) {
  if (view.feedback.length === 0) return null;
  return (
    <Part title="Feedback of users" summary={formatPlural(view.feedback.length, 'report')}>
      <ul className="space-y-2">
        {view.feedback.map((one) => (
          <FeedbackItem key={one.feedbackId} feedback={one} />
        ))}
      </ul>
    </Part>
  );
}

/** What was repaired or cut, for who looks for what is missing. */
export function Remarks({ view }: ViewProps) {
  const { remarks, sdk, eventId, timeMs, receivedMs, projectId, debugImages, other } = view.event;
  return (
    <Part title="About this event" isClosed summary={sdk.name === '' ? undefined : `${sdk.name} ${sdk.version}`}>
      <Pairs
        label="About this event"
        pairs={[
          ['event id', eventId],
          ['project', projectId],
          ['SDK', `${sdk.name} ${sdk.version}`.trim()],
          ...(debugImages.length === 0
            ? []
            : ([
                ['debug ids', debugImages.map(({ debugId, codeFile }) => `${debugId} ${codeFile}`).join('\n')],
              ] as const)),
          // What has no place of its own is shown as it was sent, so that nothing is lost.
          ...Object.entries(other),
        ]}
      />
      <p className="my-2 text-sm text-ink-2">
        Happened <Moment at={timeMs} precision="ms" />, received <Moment at={receivedMs} precision="ms" />.
      </p>
      {remarks.length > 0 && (
        <Notice tone="plain" title="Some of it is not as it was sent.">
          <ul className="list-disc pl-4">
            {remarks.map(({ field, reason }) => (
              <li key={`${field} ${reason}`}>
                <code>{field}</code>: {reason}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </Part>
  );
}
