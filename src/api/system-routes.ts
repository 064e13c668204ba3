import { z } from '@hono/zod-openapi';
import type { Actor, Authorize } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { RedactionTally } from '../evidence/index.ts';
import { explainRedaction, type RedactionRule, type Redactor } from '../redact/index.ts';
import { auditBody, redactionCountsBody, redactionExplainBody, redactionRuleBody, systemBody } from './contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { dropUndefined } from './trust-routes.ts';

export interface SystemRouteDeps {
  readonly authorize: Authorize;
  readonly audit: Audit;
  readonly redactor: Redactor;
  readonly rules: readonly RedactionRule[];
  readonly tally: RedactionTally;
  readonly system: () => Promise<z.infer<typeof systemBody>>;
}

/** Redaction, the audit log, and the state of the program. */
export function addSystemRoutes(app: ApiApp, deps: SystemRouteDeps): void {
  addRedactionRoutes(app, deps);
  const lookup = z.object({
    eventName: z.string().optional(),
    identityName: z.string().optional(),
    resourceName: z.string().optional(),
    startMs: z.coerce.number().optional(),
    endMs: z.coerce.number().optional(),
    refusedOnly: z.enum(['true', 'false']).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
    pageToken: z.string().optional(),
  });
  addRoute(
    app,
    { method: 'get', path: '/audit', summary: 'Audit records, newest first', query: lookup, answer: auditBody },
    async ({ actor, query }) => {
      await deps.authorize(actor, 'audit:Read', { type: 'audit', name: '*' });
      const { refusedOnly, ...rest } = query;
      const page = await deps.audit.lookup(dropUndefined({ ...rest, refusedOnly: refusedOnly === 'true' }));
      await recordRead(deps.audit, actor, 'LookupEvents', dropUndefined(query));
      return { ...page, records: page.records.map((record) => ({ ...record })) };
    },
  );
  addRoute(
    app,
    { method: 'get', path: '/system', summary: 'Versions, sizes and what came in since start', answer: systemBody },
    async ({ actor }) => {
      await deps.authorize(actor, 'system:Read', { type: 'system', name: '*' });
      return deps.system();
    },
  );
}

const recordRead = (audit: Audit, actor: Actor, eventName: string, requestParameters: object): Promise<void> =>
  audit.record({
    identity: actor,
    source: 'audit',
    eventName,
    readOnly: true,
    requestParameters: { ...requestParameters },
  });

function addRedactionRoutes(app: ApiApp, deps: SystemRouteDeps): void {
  const reads = (actor: Actor): Promise<void> =>
    deps.authorize(actor, 'redaction:Read', { type: 'redaction', name: '*' });
  addRoute(
    app,
    {
      method: 'get',
      path: '/redaction/rules',
      summary: 'What is masked',
      answer: z.object({ rules: z.array(redactionRuleBody) }),
    },
    async ({ actor }) => {
      await reads(actor);
      const rules = deps.rules.map(({ id, description, keywords, pattern }) => ({
        id,
        description,
        keywords: [...keywords],
        pattern,
      }));
      return { rules };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/redaction/counts',
      summary: 'Masks by rule and day',
      query: z.object({ days: z.coerce.number().int().min(1).max(400).default(30) }),
      answer: redactionCountsBody,
    },
    async ({ actor, query }) => {
      const counts = await deps.tally.counts(actor, query.days);
      return { ...counts, days: counts.days.map((day) => ({ ...day })) };
    },
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/redaction/explain',
      summary: 'What would be masked in a text; nothing is stored',
      body: z.object({ text: z.string().max(100_000) }),
      answer: redactionExplainBody,
    },
    async ({ actor, body }) => {
      await reads(actor);
      const { redacted, masks } = explainRedaction(deps.redactor, body.text);
      return { redacted, masks: masks.map((mask) => ({ ...mask })) };
    },
  );
}
