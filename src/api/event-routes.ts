import { Readable } from 'node:stream';
import type { Actor } from '../access/index.ts';
import type { Clock } from '../base/index.ts';
import type { AttachmentView, IssueVerbs } from '../issues/index.ts';
import { type EventViewBody, eventViewBody } from './event-contract.ts';
import { rangeOf } from './issue-routes.ts';
import { type EventListedBody, issueEventsBody, issueEventsQuery } from './issues-contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { thaw } from './thaw.ts';
import { dropUndefined } from './trust-routes.ts';

/** Bytes that came with events. */
export interface AttachmentReads {
  /** Only of an event of this issue; anything else is not found. */
  readonly read: (
    actor: Actor,
    place: { readonly issueId: string; readonly eventId: string; readonly attachmentId: string },
  ) => Promise<{ readonly view: AttachmentView; readonly bytes: AsyncIterable<Uint8Array> }>;
}

export interface EventRouteDeps {
  readonly issues: IssueVerbs;
  readonly attachments: AttachmentReads;
  readonly clock: Clock;
}

const LIMIT_DEFAULT = 50;
const EVENTS = '/issues/{id}/events';

/** The events of an issue: lists, one with everything, and what came with it. */
export function addEventRoutes(app: ApiApp, deps: EventRouteDeps): void {
  const { issues } = deps;
  addRoute(
    app,
    {
      method: 'get',
      path: EVENTS,
      summary: 'Its events, newest first',
      query: issueEventsQuery,
      answer: issueEventsBody,
    },
    async ({ actor, param, query }) => {
      const { limit = LIMIT_DEFAULT, query: text, before } = query;
      const page = dropUndefined({ ...rangeOf(deps, query), limit, query: text, before });
      const events = await issues.events(actor, param('id'), page);
      const last = events.length < limit ? undefined : events.at(-1)?.eventId;
      return {
        events: events.map(({ hashId: _hash, inboxId: _inbox, retentionDays: _days, ...event }) =>
          thaw<EventListedBody>(event),
        ),
        ...(last === undefined ? {} : { next: last }),
      };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: `${EVENTS}/{event}`,
      summary: 'One event with everything: an id, or latest, oldest or recommended',
      answer: eventViewBody,
    },
    async ({ actor, param }) => thaw<EventViewBody>(await issues.event(actor, param('id'), param('event'))),
  );
  addAttachmentRoute(app, deps);
}

/**
 * Whatever stands in an attachment, a browser must not act on it: it is always saved, never shown, and its type is told
 * as plain bytes.
 */
function addAttachmentRoute(app: ApiApp, { attachments }: EventRouteDeps): void {
  app.get('/issues/:id/events/:event/attachments/:attachment', async (context) => {
    const { id, event, attachment } = context.req.param();
    const place = { issueId: id, eventId: event, attachmentId: attachment };
    const { view, bytes } = await attachments.read(context.get('actor'), place);
    return new Response(Readable.toWeb(Readable.from(bytes)) as ReadableStream, {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': dispositionOf(view.filename),
        'Content-Length': String(view.bytes),
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'Cross-Origin-Resource-Policy': 'same-origin',
      },
    });
  });
}

/** The name as RFC 6266 has it: plain letters for old clients, the whole name in UTF-8 for all others. */
export function dispositionOf(filename: string): string {
  const base = filename.split(/[/\\]/).at(-1) ?? '';
  const name = base.replace(/[\p{Cc}\p{Cs}]/gu, '').slice(-200) || 'attachment';
  const plain = name.replace(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
