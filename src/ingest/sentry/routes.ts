/** What a path asks for. `unsupported` are crash formats that Holdfast does not read. */
export type SentryRoute =
  | { readonly type: 'envelope' | 'store' | 'security' | 'nel' | 'minidump'; readonly projectId: string }
  | { readonly type: 'unsupported'; readonly projectId: string; readonly what: string; readonly key?: string }
  | { readonly type: 'cron'; readonly projectId: string; readonly slug: string; readonly key?: string }
  /** The project stands in the envelope. */
  | { readonly type: 'tunnel' };

// Both may stand behind any prefix, because a DSN may have a path; both are anchored at the end and scan once.
const ENDPOINT =
  /\/api\/(\d{1,20})\/(envelope|store|security|csp-report|nel|minidump|unreal|playstation)(?:\/([0-9a-f-]{32,36}))?\/?$/i;
const CRON = /\/api\/(\d{1,20})\/cron\/([^/]+)(?:\/([^/]+))?\/?$/;

/** Undefined for paths that are somebody else's. */
export function routeOf(path: string): SentryRoute | undefined {
  if (path === '/tunnel' || path === '/tunnel/') return { type: 'tunnel' };
  if (!path.includes('/api/')) return undefined;
  const cron = CRON.exec(path);
  if (cron !== null) {
    const [, projectId = '', slug = '', key] = cron;
    return { type: 'cron', projectId, slug: decode(slug), ...(key === undefined ? {} : { key }) };
  }
  const endpoint = ENDPOINT.exec(path);
  if (endpoint === null) return undefined;
  const [, projectId = '', name = '', key] = endpoint;
  return endpointRoute(projectId, name.toLowerCase(), key);
}

function endpointRoute(projectId: string, name: string, key: string | undefined): SentryRoute | undefined {
  switch (name) {
    case 'unreal':
    case 'playstation':
      return { type: 'unsupported', projectId, what: name, ...(key === undefined ? {} : { key }) };
    case 'csp-report':
      return key === undefined ? { type: 'security', projectId } : undefined;
    case 'envelope':
    case 'store':
    case 'security':
    case 'nel':
    case 'minidump':
      return key === undefined ? { type: name, projectId } : undefined;
    default:
      return undefined;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
