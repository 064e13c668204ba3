import { Link } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { useCreateKey } from '../api/access.ts';
import type { Project } from '../api/issue-types.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { keepRange } from '../shell/go.ts';
import { sourceMapCommands } from './source-map-commands.ts';

const TAB =
  '-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink';
const NO_TOKEN = '<API key with the scope releases:Write>';

const options = (origin: string, slug: string): string => `  url: '${origin}',
      org: 'holdfast',
      project: '${slug}',
      authToken: process.env.SENTRY_AUTH_TOKEN,`;

const WAYS = [
  {
    id: 'cli',
    label: 'sentry-cli',
    text: (origin: string, slug: string) => sourceMapCommands({ origin, slug, release: 'shop@1.0.0' }),
  },
  {
    id: 'vite',
    label: 'Vite',
    text: (origin: string, slug: string) => `export SENTRY_AUTH_TOKEN=${NO_TOKEN}
npm install --save-dev @sentry/vite-plugin

// vite.config.ts
import { sentryVitePlugin } from '@sentry/vite-plugin';

export default defineConfig({
  build: { sourcemap: 'hidden' },
  plugins: [
    sentryVitePlugin({
    ${options(origin, slug)}
    }),
  ],
});`,
  },
  {
    id: 'webpack',
    label: 'webpack',
    text: (origin: string, slug: string) => `export SENTRY_AUTH_TOKEN=${NO_TOKEN}
npm install --save-dev @sentry/webpack-plugin

// webpack.config.js
const { sentryWebpackPlugin } = require('@sentry/webpack-plugin');

module.exports = {
  devtool: 'hidden-source-map',
  plugins: [
    sentryWebpackPlugin({
    ${options(origin, slug)}
    }),
  ],
};`,
  },
] as const;

/** How does minified code become readable? */
export function SourceMaps({ project }: { readonly project: Project }) {
  const create = useCreateKey();
  const mayCreate = useMay('manageAccess');
  const [token, setToken] = useState<string>();
  const shown = (text: string): string => (token === undefined ? text : text.replaceAll(NO_TOKEN, token));
  return (
    <Section
      title="Source maps"
      lead="Upload them after each build, and stack traces show the code as it was written. Files are found by their debug ids, else by release and address; they are read off the way of the request."
    >
      <Tabs.Root defaultValue="cli" className="max-w-[860px]">
        <Tabs.List aria-label="Ways to upload" className="mb-3 flex overflow-x-auto border-b border-line">
          {WAYS.map(({ id, label }) => (
            <Tabs.Trigger key={id} value={id} className={TAB}>
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {WAYS.map(({ id, label, text }) => (
          <Tabs.Content key={id} value={id}>
            <Snippet label={`Upload by ${label}`} text={shown(text(location.origin, project.slug))} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
      <div className="mt-3 max-w-[72ch] text-sm text-ink-2">
        {token !== undefined && (
          <p>
            The key stands in the commands. <strong className="font-semibold text-ink">It is shown only now</strong>.
            Revoke it under Settings, Keys.
          </p>
        )}
        {token === undefined && mayCreate && (
          <Button
            disabled={create.isPending}
            onClick={() =>
              create.mutate(
                {
                  name: `source maps of ${project.slug}, from the console`,
                  roles: ['sender'],
                  scopes: ['releases:Read', 'releases:Write'],
                },
                { onSuccess: (made) => setToken(made.token) },
              )
            }
          >
            <KeyRound size={14} /> {create.isPending ? 'Making a key…' : 'Make a key for uploads and put it in'}
          </Button>
        )}
        {create.isError && <FailureNotice error={create.error} />}
        <p className="mt-3">
          What was uploaded stands on the page of its{' '}
          <Link
            to="/releases"
            search={(old: Record<string, unknown>) => ({ ...keepRange(old), of: project.slug }) as never}
            className="text-accent underline underline-offset-2"
          >
            release
          </Link>
          .
        </p>
      </div>
    </Section>
  );
}
