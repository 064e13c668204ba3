import { z } from '@hono/zod-openapi';
import type { Clock } from '../base/index.ts';
import type { Evidence, PromiseStatus, Proof } from '../evidence/index.ts';
import { type PromiseBody, type ProofBody, proofBody, proofsBody, trustBody } from './contract.ts';
import { type ApiApp, addRoute } from './route.ts';

const proofOut = (proof: Proof): ProofBody => ({ ...proof, measurements: { ...proof.measurements } });

const promiseOut = (promise: PromiseStatus): PromiseBody => ({
  ...promise,
  probes: promise.probes.map(({ lastProof, ...probe }) => ({
    ...probe,
    ...(lastProof === undefined ? {} : { lastProof: proofOut(lastProof) }),
  })),
});

/** The trust page: promises, their evidence, and measuring now. */
export function addTrustRoutes(app: ApiApp, deps: { readonly evidence: Evidence; readonly clock: Clock }): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/trust',
      summary: 'Every promise with its state and the measurement that last proved it',
      answer: trustBody,
    },
    async ({ actor }) => ({
      generatedMs: deps.clock.nowMs(),
      promises: (await deps.evidence.promises(actor)).map(promiseOut),
    }),
  );
  const filter = z.object({
    probe: z.string().optional(),
    promise: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
    pageToken: z.string().optional(),
  });
  addRoute(
    app,
    { method: 'get', path: '/trust/proofs', summary: 'Evidence rows, newest first', query: filter, answer: proofsBody },
    async ({ actor, query }) => {
      const page = await deps.evidence.proofs(actor, dropUndefined(query));
      return { ...page, proofs: page.proofs.map(proofOut) };
    },
  );
  addRoute(
    app,
    { method: 'post', path: '/trust/probes/{probe}/run', summary: 'Measure one probe now', answer: proofBody },
    async ({ actor, param }) => proofOut(await deps.evidence.run(actor, param('probe'))),
  );
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The same object without its undefined members: an optional parameter that is absent stays absent. */
export const dropUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
