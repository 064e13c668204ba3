import { useState } from 'react';
import { useReplaceRouting, useRouting } from '../api/notify.ts';
import { useMay } from '../api/session.ts';
import type { Route, Routing } from '../api/types.ts';
import { formatDuration } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Section, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { matcherText } from './read-matchers.ts';

function Channels({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <span className="text-warn">nobody</span>;
  return <strong className="font-semibold">{names.join(', ')}</strong>;
}

function groupingOf(groupBy: readonly string[]): string {
  if (groupBy.length === 0) return 'all in one message';
  if (groupBy.includes('key')) return 'each alert by itself';
  return `one message for each ${groupBy.join(' and ')}`;
}

function RouteItem({ route, isFallback }: { readonly route: Route; readonly isFallback: boolean }) {
  return (
    <li className="border-b border-line py-3 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 className="text-md">{isFallback ? 'Everything else' : route.name}</h3>
        {route.matchers.map((matcher) => (
          <code key={matcherText(matcher)} className="text-xs break-all">
            {matcherText(matcher)}
          </code>
        ))}
        {!isFallback && route.matchers.length === 0 && <span className="text-ink-3">every alert</span>}
        {route.continues && <Tag>later routes too</Tag>}
      </div>
      <p className="mt-1">
        goes to <Channels names={route.channels} />
        <span className="text-ink-2">
          {', '}
          {groupingOf(route.groupBy)}, after {formatDuration(route.groupWaitMs)}, then at most every{' '}
          {formatDuration(route.groupIntervalMs)}, again after {formatDuration(route.repeatIntervalMs)}.
        </span>
      </p>
      {route.escalation.map((step) => (
        <p key={step.afterMs} className="mt-0.5 text-ink-2">
          Not acknowledged after {formatDuration(step.afterMs)}: also <Channels names={step.channels} />.
        </p>
      ))}
    </li>
  );
}

const editable = ({ routes, fallback }: Routing): string => JSON.stringify({ routes, fallback }, null, 2);

function readEdited(text: string): Pick<Routing, 'routes' | 'fallback'> | string {
  try {
    return JSON.parse(text) as Pick<Routing, 'routes' | 'fallback'>;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** All routes as JSON: the server checks every part and says what is wrong in which route. */
function EditRoutes({ routing, onClose }: { readonly routing: Routing; readonly onClose: () => void }) {
  const replace = useReplaceRouting();
  const [text, setText] = useState(() => editable(routing));
  const edited = readEdited(text);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title="Edit the routes"
      description="The first route whose matchers all match takes an alert. Times are milliseconds. What fires now goes by the new routes at once."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typeof edited === 'string') return;
          replace.mutate({ ...edited, version: routing.version }, { onSuccess: onClose });
        }}
      >
        <Field label="Routes and fallback" error={typeof edited === 'string' ? edited : undefined}>
          {({ id, describedBy }) => (
            <textarea
              id={id}
              aria-describedby={describedBy}
              className="control h-[46vh] w-full font-mono text-xs"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {replace.isError && <FailureNotice error={replace.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={typeof edited === 'string' || replace.isPending}>
            Use these routes
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Which alert goes where, in the order in which it is decided. */
export function Routes() {
  const routing = useRouting();
  const mayManage = useMay('manageNotify');
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title="Routes"
      lead="Looked at from the top; the first that matches takes the alert."
      action={
        mayManage && routing.data !== undefined && <Button onClick={() => setEditing(true)}>Edit the routes…</Button>
      }
    >
      {routing.isPending && <BoneRows rows={3} label="the routes" />}
      {routing.isError && <FailureNotice error={routing.error} onRetry={() => void routing.refetch()} />}
      {routing.data !== undefined && (
        <ol className="-mt-3">
          {routing.data.routes.map((route) => (
            <RouteItem key={route.name} route={route} isFallback={false} />
          ))}
          <RouteItem route={routing.data.fallback} isFallback />
        </ol>
      )}
      {editing && routing.data !== undefined && <EditRoutes routing={routing.data} onClose={() => setEditing(false)} />}
    </Section>
  );
}
