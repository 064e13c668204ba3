/** What uploads the source maps of a build, with an API key that may write releases. */
export const sourceMapCommands = ({
  origin,
  slug,
  release,
}: {
  readonly origin: string;
  readonly slug: string;
  readonly release: string;
}): string => `export SENTRY_URL=${origin}
export SENTRY_ORG=holdfast SENTRY_PROJECT=${slug}
export SENTRY_AUTH_TOKEN=<API key with the scope releases:Write>
npx @sentry/cli sourcemaps inject ./dist
npx @sentry/cli sourcemaps upload${release === '' ? '' : ` --release '${release.replaceAll("'", "'\\''")}'`} ./dist`;
