import type { JsonObject, JsonValue, NormalizedEvent } from '../types.ts';
import { isObject, textOf } from './reading.ts';

export interface BrowserReport {
  readonly type: NormalizedEvent['type'];
  /** Names in snake case, whichever of the forms was sent. Not masked yet. */
  readonly report: JsonObject;
  readonly title: string;
  /** What it is about: a directive, a host, a phase. */
  readonly subject: string;
  readonly documentUrl: string;
}

const KINDS: readonly (readonly [string, NormalizedEvent['type']])[] = [
  ['csp', 'csp'],
  ['hpkp', 'hpkp'],
  ['expectct', 'expect-ct'],
  ['expect_ct', 'expect-ct'],
  ['expectstaple', 'expect-staple'],
  ['expect_staple', 'expect-staple'],
  ['nel', 'nel'],
];

/** The report of a browser that an event carries; undefined for events of SDKs. */
export function readReport(payload: JsonObject): BrowserReport | undefined {
  for (const [name, type] of KINDS) {
    const sent = payload[name];
    if (!isObject(sent)) continue;
    const report = flatten(sent);
    const { title, subject } = describe(type, report);
    const documentUrl = textOf(report.document_uri ?? report.document_url ?? report.url);
    return { type, report, title, subject, documentUrl };
  }
  return undefined;
}

const WRAPPERS = /^(?:csp-report|expect-ct-report|expect-staple-report|nel|body)$/;

/** `{ "csp-report": { "blocked-uri" } }`, `{ type, body: { blockedURL } }` and `{ blocked_uri }` say the same. */
function flatten(sent: JsonObject): JsonObject {
  const report: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(sent)) {
    if (WRAPPERS.test(key) && isObject(value)) Object.assign(report, flatten(value));
    else report[snakeCase(key)] ??= value;
  }
  const blocked = report.blocked_uri ?? report.blocked_url;
  const violated = report.effective_directive ?? report.violated_directive;
  return {
    ...report,
    ...(blocked === undefined ? {} : { blocked_uri: blocked }),
    ...(violated === undefined ? {} : { effective_directive: textOf(violated).trim().split(/\s/)[0] ?? '' }),
  };
}

const snakeCase = (key: string): string =>
  key === '__proto__'
    ? '_proto_'
    : key
        .replace(/([a-z\d])(URL|[A-Z])/g, '$1_$2')
        .replaceAll('-', '_')
        .toLowerCase();

function describe(type: NormalizedEvent['type'], report: JsonObject): Pick<BrowserReport, 'title' | 'subject'> {
  const host = textOf(report.hostname ?? report.server);
  switch (type) {
    case 'csp':
      return { title: cspTitle(report), subject: textOf(report.effective_directive) };
    case 'hpkp':
      return { title: `Public key pinning validation failed for '${host}'`, subject: host };
    case 'expect-ct':
      return { title: `Expect-CT failed for '${host}'`, subject: host };
    case 'expect-staple':
      return { title: `Expect-Staple failed for '${host}'`, subject: host };
    default: {
      const phase = textOf(report.phase);
      const error = textOf(report.type) || 'error';
      return { title: phase === '' ? error : `${phase} / ${error}`, subject: hostOf(textOf(report.url)) || phase };
    }
  }
}

/** The names of directives in words: `script-src-elem` blocks a script. */
const BLOCKED: Readonly<Record<string, string>> = {
  'child-src': 'child',
  'connect-src': 'connect',
  'default-src': 'resource',
  'font-src': 'font',
  'form-action': 'form',
  'frame-ancestors': 'frame',
  'frame-src': 'frame',
  'img-src': 'image',
  'manifest-src': 'manifest',
  'media-src': 'media',
  'object-src': 'object',
  'script-src': 'script',
  'script-src-attr': 'script',
  'script-src-elem': 'script',
  'style-src': 'style',
  'style-src-attr': 'style',
  'style-src-elem': 'style',
  'worker-src': 'worker',
};

function cspTitle(report: JsonObject): string {
  const directive = textOf(report.effective_directive);
  const what = Object.hasOwn(BLOCKED, directive) ? BLOCKED[directive] : directive || 'resource';
  const blocked = textOf(report.blocked_uri);
  switch (blocked) {
    case '':
    case 'self':
    case 'inline':
      return `Blocked inline '${what}'`;
    case 'eval':
      return `Blocked eval() in '${what}'`;
    default:
      return `Blocked '${what}' from '${hostOf(blocked) || `${blocked.split(':')[0] ?? blocked}:`}'`;
  }
}

const hostOf = (url: string): string => /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url)?.[1] ?? '';
