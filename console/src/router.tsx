import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { AlarmsSearch } from './alarms/alarms-page.tsx';
import type { RangeText } from './base/time-range.ts';
import type { CronsSearch } from './crons/monitors-page.tsx';
import type { DatabaseSearch } from './databases/database-page.tsx';
import type { FeedbackSearch } from './issues/feedback-page.tsx';
import type { IssueSearch } from './issues/issue-page.tsx';
import type { IssuesSearch } from './issues/issues-page.tsx';
import type { LogsSearch } from './logs/logs-page.tsx';
import type { DashboardSearch } from './metrics/dashboard-page.tsx';
import type { TracesSearch } from './metrics/traces-page.tsx';
import type { MetricsSearch } from './metrics/use-lines.ts';
import type { AlertsSearch } from './notify/alerts-page.tsx';
import type { ProjectSearch } from './projects/project-page.tsx';
import type { ReleaseSearch, ReleasesSearch } from './releases/releases-page.tsx';
import { parseSearch, stringifySearch, textOf } from './search-params.ts';
import type { AuditSearch } from './settings/audit-filters.tsx';
import { ErrorPage, NotFoundPage } from './shell/error-page.tsx';
import { Frame } from './shell/frame.tsx';
import { TrustPage } from './trust/trust-page.tsx';
import type { WorkbookSearch } from './workbooks/workbook-page.tsx';
import type { WorkbooksSearch } from './workbooks/workbooks-page.tsx';

const rootRoute = createRootRoute({
  component: Frame,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
  validateSearch: (search: Record<string, unknown>): RangeText => ({
    from: textOf(search.from),
    to: textOf(search.to),
  }),
});

const trustSearch = (
  search: Record<string, unknown>,
): { readonly promise?: string | undefined; readonly proof?: string | undefined } => ({
  promise: textOf(search.promise),
  proof: textOf(search.proof),
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/trust', search, replace: true });
  },
});
const trustRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/trust',
  component: TrustPage,
  validateSearch: trustSearch,
  staticData: { title: 'Trust', showsTime: true },
});

const logsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/logs',
  component: lazyRouteComponent(() => import('./logs/logs-page.tsx'), 'LogsPage'),
  validateSearch: (search: Record<string, unknown>): LogsSearch => ({
    q: textOf(search.q),
    group: Array.isArray(search.group) ? search.group.map(String) : undefined,
  }),
  staticData: { title: 'Logs', showsTime: true },
});

const listOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.map(String) : undefined;

// Not /metrics: there Holdfast tells its own figures to Prometheus, and a page must survive being loaded again.
const metricsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/explorer',
  component: lazyRouteComponent(() => import('./metrics/parts.tsx'), 'ExplorerPage'),
  validateSearch: (search: Record<string, unknown>): MetricsSearch => ({
    ...{ m: listOf(search.m), e: listOf(search.e), period: textOf(search.period) },
    view: search.view === 'table' ? 'table' : undefined,
  }),
  staticData: { title: 'Metrics', showsTime: true },
});
const dashboardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboards/$name',
  component: lazyRouteComponent(() => import('./metrics/parts.tsx'), 'DashboardPage'),
  validateSearch: (search: Record<string, unknown>): DashboardSearch => ({ of: textOf(search.of) }),
  staticData: { title: 'Metrics', showsTime: true },
});
const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces',
  component: lazyRouteComponent(() => import('./metrics/parts.tsx'), 'TracesPage'),
  validateSearch: (search: Record<string, unknown>): TracesSearch => ({
    ...{ service: textOf(search.service), slower: textOf(search.slower) },
    failed: search.failed === 'true' ? 'true' : undefined,
  }),
  staticData: { title: 'Traces', showsTime: true },
});
const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces/$id',
  component: lazyRouteComponent(() => import('./metrics/parts.tsx'), 'TracePage'),
  staticData: { title: 'Trace' },
});

// Errors come in days, not in minutes: whoever opens these pages asks for the last two weeks.
const ISSUES_FROM = '-14d';
const SORTS = ['last-seen', 'first-seen', 'events', 'users', 'trend'] as const;
const TABS = ['events', 'tags', 'hashes', 'feedback'] as const;
const issuesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/issues',
  component: lazyRouteComponent(() => import('./issues/parts.tsx'), 'IssuesPage'),
  validateSearch: (search: Record<string, unknown>): IssuesSearch => ({
    ...{ q: textOf(search.q), project: listOf(search.project), env: textOf(search.env) },
    sort: SORTS.find((sort) => sort === search.sort),
  }),
  staticData: { title: 'Issues', showsTime: true, defaultFrom: ISSUES_FROM },
});
const issueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/issues/$id',
  component: lazyRouteComponent(() => import('./issues/parts.tsx'), 'IssuePage'),
  validateSearch: (search: Record<string, unknown>): IssueSearch => ({
    ...{ event: textOf(search.event), env: textOf(search.env), find: textOf(search.find) },
    tab: TABS.find((tab) => tab === search.tab),
  }),
  staticData: { title: 'Issue', showsTime: true, defaultFrom: ISSUES_FROM },
});
const feedbackRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/feedback',
  component: lazyRouteComponent(() => import('./issues/parts.tsx'), 'FeedbackPage'),
  validateSearch: (search: Record<string, unknown>): FeedbackSearch => ({ of: textOf(search.of) }),
  staticData: { title: 'Feedback' },
});
const releasesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/releases',
  component: lazyRouteComponent(() => import('./releases/parts.tsx'), 'ReleasesPage'),
  validateSearch: (search: Record<string, unknown>): ReleasesSearch => ({
    ...{ of: textOf(search.of), env: textOf(search.env), find: textOf(search.find) },
  }),
  staticData: { title: 'Releases', showsTime: true, defaultFrom: ISSUES_FROM },
});
const releaseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/releases/$version',
  component: lazyRouteComponent(() => import('./releases/parts.tsx'), 'ReleasePage'),
  validateSearch: (search: Record<string, unknown>): ReleaseSearch => ({
    ...{ of: textOf(search.of), env: textOf(search.env) },
    tab: (['commits', 'artifacts', 'deploys'] as const).find((tab) => tab === search.tab),
  }),
  staticData: { title: 'Release', showsTime: true, defaultFrom: ISSUES_FROM },
});
const cronsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/crons',
  component: lazyRouteComponent(() => import('./crons/parts.tsx'), 'MonitorsPage'),
  validateSearch: (search: Record<string, unknown>): CronsSearch => ({ of: textOf(search.of) }),
  staticData: { title: 'Crons', showsTime: true, defaultFrom: '-24h' },
});
const cronRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/crons/$id',
  component: lazyRouteComponent(() => import('./crons/parts.tsx'), 'MonitorPage'),
  validateSearch: (search: Record<string, unknown>): { readonly env?: string | undefined } => ({
    env: textOf(search.env),
  }),
  staticData: { title: 'Monitor', showsTime: true, defaultFrom: '-24h' },
});
const projectsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects',
  component: lazyRouteComponent(() => import('./projects/parts.tsx'), 'ProjectsPage'),
  staticData: { title: 'Projects' },
});
const projectNewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects/new',
  component: lazyRouteComponent(() => import('./projects/parts.tsx'), 'NewProjectPage'),
  staticData: { title: 'New project' },
});
const PROJECT_TABS = ['general', 'keys', 'limits', 'grouping', 'alerts', 'outcomes', 'source-maps'] as const;
const projectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects/$slug',
  component: lazyRouteComponent(() => import('./projects/parts.tsx'), 'ProjectPage'),
  validateSearch: (search: Record<string, unknown>): ProjectSearch => ({
    ...{ sdk: textOf(search.sdk), key: textOf(search.key) },
    tab: PROJECT_TABS.find((tab) => tab === search.tab),
  }),
  staticData: { title: 'Project', showsTime: true, defaultFrom: '-7d' },
});

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
const alarmsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alarms',
  component: lazyRouteComponent(() => import('./alarms/parts.tsx'), 'AlarmsPage'),
  validateSearch: (search: Record<string, unknown>): AlarmsSearch => ({
    state: STATES.find((state) => state === search.state),
    find: textOf(search.find),
  }),
  staticData: { title: 'Alarms' },
});
const alarmRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alarms/$name',
  component: lazyRouteComponent(() => import('./alarms/parts.tsx'), 'AlarmPage'),
  staticData: { title: 'Alarm', showsTime: true },
});

const notifyPart = <const P extends string, const N extends keyof typeof import('./notify/parts.tsx')>(
  path: P,
  title: string,
  component: N,
) =>
  createRoute({
    getParentRoute: () => rootRoute,
    path,
    component: lazyRouteComponent(() => import('./notify/parts.tsx'), component as never),
    validateSearch: (search: Record<string, unknown>): AlertsSearch => ({
      state: search.state === 'resolved' ? 'resolved' : undefined,
      severity: textOf(search.severity),
    }),
    staticData: { title },
  });

const databasesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/databases',
  component: lazyRouteComponent(() => import('./databases/databases-page.tsx'), 'DatabasesPage'),
  staticData: { title: 'Databases' },
});
const databaseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/databases/$name',
  component: lazyRouteComponent(() => import('./databases/database-page.tsx'), 'DatabasePage'),
  validateSearch: (search: Record<string, unknown>): DatabaseSearch => ({
    at: textOf(search.at),
    report: textOf(search.report),
  }),
  staticData: { title: 'Database' },
});

const workbooksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workbooks',
  component: lazyRouteComponent(() => import('./workbooks/workbooks-page.tsx'), 'WorkbooksPage'),
  validateSearch: (search: Record<string, unknown>): WorkbooksSearch => ({ find: textOf(search.find) }),
  staticData: { title: 'Workbooks' },
});
const workbookRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workbooks/$name',
  component: lazyRouteComponent(() => import('./workbooks/workbook-page.tsx'), 'WorkbookPage'),
  validateSearch: (search: Record<string, unknown>): WorkbookSearch => ({ sheet: textOf(search.sheet) }),
  staticData: { title: 'Workbook' },
});
const vaultRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/vault',
  component: lazyRouteComponent(() => import('./vault/vault-page.tsx'), 'VaultPage'),
  staticData: { title: 'Vault' },
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});
const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/settings/log-groups', search: { from: search.from, to: search.to } as never });
  },
});

const settingsPart = <const P extends string, const N extends keyof typeof import('./settings/parts.tsx')>(
  path: P,
  title: string,
  component: N,
  showsTime = false,
) =>
  createRoute({
    getParentRoute: () => settingsRoute,
    path,
    component: lazyRouteComponent(() => import('./settings/parts.tsx'), component as never),
    staticData: { title, showsTime },
  });

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'audit',
  component: lazyRouteComponent(() => import('./settings/parts.tsx'), 'AuditPart'),
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    event: textOf(search.event),
    who: textOf(search.who),
    what: textOf(search.what),
    refused: search.refused === 'true' ? 'true' : undefined,
  }),
  staticData: { title: 'Settings · Audit', showsTime: true },
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  trustRoute,
  logsRoute,
  issuesRoute,
  issueRoute,
  feedbackRoute,
  releasesRoute,
  releaseRoute,
  cronsRoute,
  cronRoute,
  projectsRoute,
  projectNewRoute,
  projectRoute,
  metricsRoute,
  dashboardRoute,
  tracesRoute,
  traceRoute,
  alarmsRoute,
  alarmRoute,
  notifyPart('/alerts', 'Alerts', 'AlertsPage'),
  notifyPart('/alerts/silences', 'Silences', 'SilencesPage'),
  notifyPart('/alerts/channels', 'Channels', 'ChannelsPage'),
  notifyPart('/alerts/$key', 'Alert', 'AlertPage'),
  databasesRoute,
  databaseRoute,
  workbooksRoute,
  workbookRoute,
  vaultRoute,
  settingsRoute.addChildren([
    settingsIndexRoute,
    settingsPart('people', 'Settings · People', 'PeoplePart'),
    settingsPart('keys', 'Settings · Keys', 'KeysPart'),
    settingsPart('grants', 'Settings · Grants', 'GrantsPart'),
    settingsPart('log-groups', 'Settings · Log groups', 'LogGroupsPart'),
    settingsPart('redaction', 'Settings · Redaction', 'RedactionPart'),
    auditRoute,
    settingsPart('system', 'Settings · System', 'SystemPart'),
  ]),
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
