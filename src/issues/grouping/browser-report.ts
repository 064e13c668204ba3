import type { GroupingComponent, JsonObject, JsonValue, NormalizedEvent } from '../types.ts';
import { branch, leaf, silenced } from './component.ts';

/** Reports that browsers send themselves. Their fields have dashes, underscores or capitals, by the age of the browser. */
export interface BrowserReport {
  readonly component: GroupingComponent;
  readonly title: string;
  readonly culprit: string;
}

export function browserReport(event: NormalizedEvent): BrowserReport | undefined {
  if (event.report === undefined) return undefined;
  const read = createFieldReader(event.report);
  switch (event.type) {
    case 'csp':
      return contentSecurity(read);
    case 'nel':
      return networkError(read, event.request?.url ?? '');
    case 'hpkp':
      return hostReport(read, 'hpkp', 'Public key pinning was violated');
    case 'expect-ct':
      return hostReport(read, 'expect-ct', 'Certificate transparency was violated');
    case 'expect-staple':
      return hostReport(read, 'expect-staple', 'OCSP stapling was violated');
    default:
      return undefined;
  }
}

type FieldReader = (...names: readonly string[]) => string;

const fold = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();

const WRAPPERS: ReadonlySet<string> = new Set([
  'body',
  'report',
  'csp',
  'cspreport',
  'hpkp',
  'nel',
  'expectct',
  'expectctreport',
  'expectstaple',
  'expectstaplereport',
]);

/** Reads a field by any spelling; what is inside of a wrapper goes before what is round it. */
function createFieldReader(report: JsonObject): FieldReader {
  const fields = new Map<string, string>();
  const collect = (value: JsonObject, depth: number): void => {
    const inner: JsonObject[] = [];
    for (const [name, field] of Object.entries(value)) {
      if (typeof field === 'string' || typeof field === 'number') fields.set(fold(name), String(field));
      else if (WRAPPERS.has(fold(name)) && isObject(field)) inner.push(field);
    }
    if (depth < 3) for (const wrapped of inner) collect(wrapped, depth + 1);
  };
  collect(report, 0);
  return (...names) => {
    for (const name of names) {
      const value = fields.get(name);
      if (value !== undefined && value !== '') return value;
    }
    return '';
  };
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** By the directive and the host that was blocked; code of the page itself by what about it was not allowed. */
function contentSecurity(read: FieldReader): BrowserReport {
  const violated = read('violateddirective');
  const directive = (read('effectivedirective') || violated).split(' ')[0] ?? '';
  const kind = directive.replace(/-(?:elem|attr)$/, '');
  const blocked = normalizeBlocked(read('blockeduri', 'blockedurl'), read('documenturi', 'documenturl'));
  const local = localViolation(kind, blocked, violated);
  const uri = leaf('uri', blocked);
  const parts =
    local === ''
      ? [leaf('salt', directive), uri]
      : [leaf('salt', directive), leaf('violation', local), silenced(uri, 'what was not allowed says more')];
  return {
    component: branch('csp', parts),
    title: cspTitle(kind, blocked, local),
    culprit: violated || directive,
  };
}

const SELF = "'self'";

function normalizeBlocked(uri: string, page: string): string {
  if (uri === '' || uri === 'self' || uri === SELF) return SELF;
  if (uri === 'inline' || uri === 'eval') return uri;
  const url = parseUrl(uri);
  if (url === undefined) return uri.includes(':') ? uri.slice(0, uri.indexOf(':') + 1) : `${uri}:`;
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
  return url.host === parseUrl(page)?.host ? SELF : url.host;
}

function localViolation(kind: string, blocked: string, violated: string): string {
  if (blocked === 'inline' || blocked === 'eval') return blocked;
  if (blocked !== SELF || !(kind === 'script-src' || kind === 'style-src')) return '';
  if (violated.includes("'unsafe-inline'")) return 'unsafe-inline';
  return violated.includes("'unsafe-eval'") ? 'unsafe-eval' : '';
}

function cspTitle(kind: string, blocked: string, local: string): string {
  const what = kind.replace(/-src$/, '').replace('default', 'resource') || 'resource';
  if (local.endsWith('inline')) return `Blocked inline ${what}`;
  if (local.endsWith('eval')) return `Blocked eval in ${what}`;
  return blocked === SELF ? `Blocked ${what} from the page's own origin` : `Blocked ${what} from ${blocked}`;
}

function networkError(read: FieldReader, pageUrl: string): BrowserReport {
  const type = read('type') === 'network-error' ? '' : read('type');
  const phase = read('phase');
  const host = parseUrl(read('url') || pageUrl)?.host ?? '';
  const status = read('statuscode');
  const kind = type || (status === '' || status === '0' ? 'unknown' : `http.${status}`);
  return {
    component: branch('nel', [leaf('salt', 'nel'), leaf('phase', phase), leaf('type', kind), leaf('hostname', host)]),
    title: phase === '' ? `Network error: ${kind}` : `Network error: ${phase} / ${kind}`,
    culprit: host,
  };
}

function hostReport(read: FieldReader, id: string, title: string): BrowserReport {
  const host = read('hostname', 'host');
  return {
    component: branch(id, [leaf('salt', id), leaf('hostname', host)]),
    title: host === '' ? title : `${title} for ${host}`,
    culprit: host,
  };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
