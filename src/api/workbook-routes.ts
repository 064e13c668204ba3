import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { z } from '@hono/zod-openapi';
import type { Workbook, Workbooks, WorkbookVersion } from '../workbooks/index.ts';
import { type ApiApp, addRoute } from './route.ts';
import { dropUndefined } from './trust-routes.ts';
import {
  commitBody,
  comparisonBody,
  type WorkbookBody,
  type WorkbookVersionBody,
  workbookBody,
  workbookCreateBody,
  workbookRestoreBody,
  workbooksBody,
  workbookVersionBody,
  workbookVersionsBody,
} from './vault-contract.ts';

const workbookOut = (workbook: Workbook): WorkbookBody => ({ ...workbook });
const versionOut = ({ zones, ...version }: WorkbookVersion): WorkbookVersionBody => ({ ...version, zones: [...zones] });

/** A version as it stands in a path or a query: a number, `latest` or the SHA-256. */
const refIn = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text);

const PAGE = 100;

/** Workbooks: history, commits, restores, comparisons. Bytes stream both ways. */
export function addWorkbookRoutes(app: ApiApp, workbooks: Workbooks): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/workbooks',
      summary: 'Workbooks by name',
      query: z.object({ prefix: z.string().optional(), pageToken: z.string().optional() }),
      answer: workbooksBody,
    },
    async ({ actor, query }) => {
      const filter = { limit: PAGE, prefix: query.prefix, nextToken: query.pageToken };
      const { items, nextToken } = await workbooks.list(actor, dropUndefined(filter));
      return dropUndefined({ workbooks: items.map(workbookOut), nextPageToken: nextToken });
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/workbooks',
      summary: 'Create a workbook',
      body: workbookCreateBody,
      answer: workbookBody,
    },
    async ({ actor, body }) => workbookOut(await workbooks.create(actor, dropUndefined(body))),
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/workbooks/{name}/versions',
      summary: 'History, newest first',
      query: z.object({ pageToken: z.string().optional() }),
      answer: workbookVersionsBody,
    },
    async ({ actor, param, query }) => {
      const workbook = await workbooks.get(actor, param('name'));
      const filter = { workbook: workbook.name, limit: PAGE, nextToken: query.pageToken };
      const { items, nextToken } = await workbooks.versions(actor, dropUndefined(filter));
      return dropUndefined({
        workbook: workbookOut(workbook),
        versions: items.map(versionOut),
        nextPageToken: nextToken,
      });
    },
  );
  addCommitRoutes(app, workbooks);
  addVersionRoutes(app, workbooks);
}

function addCommitRoutes(app: ApiApp, workbooks: Workbooks): void {
  const options = z.object({
    author: z.string().max(200).optional(),
    message: z.string().max(2000).optional(),
    expectedParent: z.string().optional(),
    clientKey: z.string().optional(),
    createMissing: z.enum(['true', 'false']).optional(),
    force: z.enum(['true', 'false']).optional(),
  });
  addRoute(
    app,
    {
      method: 'post',
      path: '/workbooks/{name}/versions',
      summary: 'Commit a version: the body is the file; answered when a write quorum of zones holds it',
      query: options,
      answer: commitBody,
    },
    async ({ actor, param, query, context }) => {
      const { incoming } = context.env as unknown as { readonly incoming: IncomingMessage };
      const { expectedParent, createMissing, force, ...rest } = query;
      const result = await workbooks.commit(actor, {
        ...dropUndefined(rest),
        workbook: param('name'),
        bytes: incoming,
        createMissing: createMissing === 'true',
        force: force === 'true',
        ...(expectedParent === undefined ? {} : { expectedParent: refIn(expectedParent) }),
      });
      return { ...result, version: versionOut(result.version) };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/workbooks/{name}/restore',
      summary: 'Make an old version the newest; the ones between stay',
      body: workbookRestoreBody,
      answer: commitBody,
    },
    async ({ actor, param, body }) => {
      const { version, expectedParent, ...rest } = body;
      const result = await workbooks.restore(actor, {
        ...dropUndefined(rest),
        workbook: param('name'),
        version: refIn(version),
        ...(expectedParent === undefined ? {} : { expectedParent: refIn(expectedParent) }),
      });
      return { ...result, version: versionOut(result.version) };
    },
  );
}

function addVersionRoutes(app: ApiApp, workbooks: Workbooks): void {
  addRoute(
    app,
    { method: 'get', path: '/workbooks/{name}/versions/{ref}', summary: 'One version', answer: workbookVersionBody },
    async ({ actor, param }) => versionOut(await workbooks.version(actor, param('name'), refIn(param('ref')))),
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/workbooks/{name}/compare',
      summary: 'What changed between two versions: sheets, cells, formulas',
      query: z.object({ from: z.string(), to: z.string() }),
      answer: comparisonBody,
    },
    async ({ actor, param, query }) => {
      const compared = await workbooks.compare(actor, {
        workbook: param('name'),
        from: refIn(query.from),
        to: refIn(query.to),
      });
      const head = { ...compared, from: versionOut(compared.from), to: versionOut(compared.to) };
      return head as unknown as z.infer<typeof comparisonBody>;
    },
  );
  app.get('/workbooks/:name/versions/:ref/content', async (context) => {
    const zone = context.req.query('zone');
    const options = zone === undefined ? {} : { zone };
    const name = context.req.param('name');
    const { version, bytes } = await workbooks.read(
      context.get('actor'),
      name,
      refIn(context.req.param('ref')),
      options,
    );
    const file = encodeURIComponent(`${name}-v${version.number}.${version.format}`);
    return new Response(Readable.toWeb(Readable.from(bytes)) as ReadableStream, {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(version.lengthBytes),
        'Content-Disposition': `attachment; filename*=UTF-8''${file}`,
        'X-Holdfast-SHA256': version.sha256,
        'Content-Security-Policy': 'sandbox',
      },
    });
  });
}
