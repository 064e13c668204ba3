import { NATIVE_SNIPPETS } from './snippets-native.ts';
import { SERVER_SNIPPETS } from './snippets-server.ts';

export interface SdkBlock {
  /** Where it belongs: a file, or the shell. */
  readonly at: string;
  readonly text: (dsn: string) => string;
}

/** How one SDK is given its DSN: what to install, what to write, what sends a first event. */
export interface SdkSnippet {
  readonly id: string;
  readonly label: string;
  readonly family: 'Browser' | 'Node.js' | 'Python' | 'Server' | 'Mobile and native';
  /** What a project of it is called in events: `javascript`, `python`, … */
  readonly platform: string;
  readonly blocks: readonly SdkBlock[];
  /** True where code is minified, so that source maps are worth uploading. */
  readonly hasSourceMaps?: boolean;
}

/** The server that a DSN leads to. */
const addressOfDsn = (dsn: string): string => dsn.replace(/\/\/[^@/]+@(.*)\/\d+$/, '//$1');

const npm = (name: string): SdkBlock => ({ at: 'Shell', text: () => `npm install ${name}` });

const BROWSER_OPTIONS = (dsn: string): string => `  dsn: '${dsn}',
  release: 'shop@1.0.0',
  environment: 'production',
  tracesSampleRate: 0.1,`;

const BROWSER_SNIPPETS: readonly SdkSnippet[] = [
  {
    id: 'browser',
    label: 'Browser JavaScript',
    family: 'Browser',
    platform: 'javascript',
    hasSourceMaps: true,
    blocks: [
      npm('@sentry/browser'),
      {
        at: 'First lines of the application',
        text: (dsn) => `import * as Sentry from '@sentry/browser';

Sentry.init({
${BROWSER_OPTIONS(dsn)}
});`,
      },
      { at: 'To try it', text: () => `Sentry.captureException(new Error('Hello from the browser'));` },
    ],
  },
  {
    id: 'react',
    label: 'React',
    family: 'Browser',
    platform: 'javascript-react',
    hasSourceMaps: true,
    blocks: [
      npm('@sentry/react'),
      {
        at: 'src/main.tsx, before everything else',
        text: (dsn) => `import * as Sentry from '@sentry/react';

Sentry.init({
${BROWSER_OPTIONS(dsn)}
  integrations: [Sentry.browserTracingIntegration()],
});

createRoot(document.getElementById('root'), {
  onUncaughtError: Sentry.reactErrorHandler(),
  onCaughtError: Sentry.reactErrorHandler(),
}).render(<App />);`,
      },
      {
        at: 'To try it',
        text: () => `<button onClick={() => { throw new Error('Hello from React'); }}>Break it</button>`,
      },
    ],
  },
  {
    id: 'nextjs',
    label: 'Next.js',
    family: 'Browser',
    platform: 'javascript-nextjs',
    hasSourceMaps: true,
    blocks: [
      npm('@sentry/nextjs'),
      {
        at: 'instrumentation-client.ts',
        text: (dsn) => `import * as Sentry from '@sentry/nextjs';

Sentry.init({ dsn: '${dsn}', tracesSampleRate: 0.1 });
export const onRouterTransitionStart = Sentry.captureRouterTransitionStart;`,
      },
      {
        at: 'instrumentation.ts',
        text: (dsn) => `import * as Sentry from '@sentry/nextjs';

export function register() {
  Sentry.init({ dsn: '${dsn}', tracesSampleRate: 0.1 });
}
export const onRequestError = Sentry.captureRequestError;`,
      },
      {
        at: 'next.config.ts',
        text: (dsn) => `import { withSentryConfig } from '@sentry/nextjs';

export default withSentryConfig(nextConfig, {
  sentryUrl: '${addressOfDsn(dsn)}',
  org: 'holdfast',
  project: process.env.SENTRY_PROJECT,
  authToken: process.env.SENTRY_AUTH_TOKEN,
});`,
      },
    ],
  },
];

const NODE_SNIPPETS: readonly SdkSnippet[] = [
  {
    id: 'node',
    label: 'Node.js',
    family: 'Node.js',
    platform: 'node',
    blocks: [
      npm('@sentry/node'),
      {
        at: 'instrument.mjs, started with node --import ./instrument.mjs app.mjs',
        text: (dsn) => `import * as Sentry from '@sentry/node';

Sentry.init({
  dsn: '${dsn}',
  release: process.env.RELEASE,
  environment: process.env.NODE_ENV,
  tracesSampleRate: 0.1,
  includeLocalVariables: true,
});`,
      },
      {
        at: 'To try it, from the shell',
        text: (dsn) => `node --input-type=module -e "
import * as Sentry from '@sentry/node';
Sentry.init({ dsn: '${dsn}' });
Sentry.captureException(new Error('Hello from Node.js'));
await Sentry.flush();"`,
      },
    ],
  },
  {
    id: 'express',
    label: 'Express, Fastify',
    family: 'Node.js',
    platform: 'node-express',
    blocks: [
      npm('@sentry/node'),
      {
        at: 'instrument.mjs, started with node --import ./instrument.mjs app.mjs',
        text: (dsn) => `import * as Sentry from '@sentry/node';

Sentry.init({ dsn: '${dsn}', tracesSampleRate: 0.1 });`,
      },
      {
        at: 'app.mjs',
        text: () => `import * as Sentry from '@sentry/node';

// Express: after all routes, before other error handlers.
Sentry.setupExpressErrorHandler(app);
// Fastify: before the routes.
Sentry.setupFastifyErrorHandler(app);`,
      },
    ],
  },
  {
    id: 'nest',
    label: 'NestJS',
    family: 'Node.js',
    platform: 'node-nestjs',
    blocks: [
      npm('@sentry/nestjs'),
      {
        at: 'src/instrument.ts, imported first in src/main.ts',
        text: (dsn) => `import * as Sentry from '@sentry/nestjs';

Sentry.init({ dsn: '${dsn}', tracesSampleRate: 0.1 });`,
      },
      {
        at: 'src/app.module.ts',
        text: () => `import { APP_FILTER } from '@nestjs/core';
import { SentryGlobalFilter, SentryModule } from '@sentry/nestjs/setup';

@Module({
  imports: [SentryModule.forRoot()],
  providers: [{ provide: APP_FILTER, useClass: SentryGlobalFilter }],
})
export class AppModule {}`,
      },
    ],
  },
];

export const SDK_SNIPPETS: readonly SdkSnippet[] = [
  ...BROWSER_SNIPPETS,
  ...NODE_SNIPPETS,
  ...SERVER_SNIPPETS,
  ...NATIVE_SNIPPETS,
];

/** The snippet for a project's platform: the same word, else the same language, else the browser's. */
export function snippetFor(platform: string): SdkSnippet {
  const language = platform.split('-')[0] ?? platform;
  const found =
    SDK_SNIPPETS.find((one) => one.id === platform || one.platform === platform) ??
    SDK_SNIPPETS.find((one) => one.platform.split('-')[0] === language);
  const [first] = SDK_SNIPPETS;
  if (found !== undefined) return found;
  if (first === undefined) throw new Error('invariant broken: there is no snippet');
  return first;
}
