import type { Authorize } from '../access/index.ts';
import { type Collectors, READY_DASHBOARDS } from '../metrics/index.ts';
import { collectorsBody, dashboardsBody, statementsBody, statementsQueryParams } from './collector-contract.ts';
import { type ApiApp, addRoute } from './route.ts';

/** What is measured by itself: who looks at what, the costs of statements, and ready dashboards. */
export function addCollectorRoutes(
  app: ApiApp,
  { authorize, collectors }: { readonly authorize: Authorize; readonly collectors: Collectors },
): void {
  const everything = { type: 'metrics', name: '*' };
  addRoute(
    app,
    { method: 'get', path: '/metrics/dashboards', summary: 'Ready dashboards, as data', answer: dashboardsBody },
    async ({ actor }) => {
      await authorize(actor, 'metrics:Read', everything);
      return { dashboards: structuredClone(READY_DASHBOARDS) as typeof dashboardsBody._output.dashboards };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/metrics/collectors',
      summary: 'What is measured, and what is not seen',
      answer: collectorsBody,
    },
    async ({ actor }) => {
      await authorize(actor, 'metrics:Read', everything);
      return { collectors: collectors.status().map((one) => ({ ...one, unseen: [...one.unseen] })) };
    },
  );
  addRoute(
    app,
    {
      method: 'get',
      path: '/metrics/statements',
      summary: 'The costly statements of a database in the last minute',
      query: statementsQueryParams,
      answer: statementsBody,
    },
    async ({ actor, query }) => {
      await authorize(actor, 'metrics:Read', everything);
      const view = collectors.statements(query.source);
      if (view === undefined) return { source: query.source, statements: [], problem: 'this source is not watched' };
      return { ...view, statements: [...view.statements] };
    },
  );
}
