import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  EXIT_CODES,
  formatBytes,
  formatDuration,
  type LimitSpec,
  limitSpecsOf,
  type OptionSpec,
  type RegisteredFailure,
} from '../src/base/index.ts';

/** A page of the manual that is made from a registry in the code. */
export interface GeneratedPage {
  readonly file: string;
  readonly text: string;
}

const NOTE = '<!-- Made from the registries in the code by `npm run check -- --write`; edit those. -->';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const byCode = (a: RegisteredFailure, b: RegisteredFailure): number => (a.code < b.code ? -1 : 1);

/** docs/errors.md: every registered failure with its remedy, and the table of exit codes. */
export function errorsPage(failures: readonly RegisteredFailure[]): GeneratedPage {
  const rows = [...failures]
    .sort(byCode)
    .map(
      (failure) =>
        `| \`${failure.code}\` | ${failure.status} | ${EXIT_CODES[failure.exit]} | ${failure.retryable === true ? 'yes' : 'no'} | ${cell(failure.message)} | ${cell(failure.hint)} |`,
    );
  const exits = Object.entries(EXIT_CODES).map(([name, code]) => `| ${code} | ${name} |`);
  const text = `# Errors

${NOTE}

Every failure has a code that does not change. \`{name}\` stands for a value of the moment.

| code | HTTP | exit | worth retrying | what it says | what to do |
|---|---|---|---|---|---|
${rows.join('\n')}

## Exit codes of the command line

| exit code | meaning |
|---|---|
${exits.join('\n')}
`;
  return { file: 'docs/errors.md', text };
}

function humanLimit(spec: LimitSpec): string {
  if (spec.unit === 'bytes') return formatBytes(spec.value);
  if (spec.unit === 'ms') return formatDuration(spec.value);
  return `${spec.value.toLocaleString('en-US')} ${spec.unit === 'count' ? '' : spec.unit}`.trim();
}

/** docs/limits.md: every limit with its number and its reason. */
export function limitsPage(tables: readonly object[]): GeneratedPage {
  const sections = tables
    .map((table) => limitSpecsOf(table))
    .filter((specs) => specs !== undefined)
    .sort((a, b) => (a.area < b.area ? -1 : 1))
    .map(({ area, specs }) => {
      const rows = Object.entries(specs).map(
        ([name, spec]) => `| \`${name}\` | ${humanLimit(spec)} | ${cell(spec.reason)} |`,
      );
      return `## ${area}\n\n| limit | value | why |\n|---|---|---|\n${rows.join('\n')}\n`;
    });
  return {
    file: 'docs/limits.md',
    text: `# Limits\n\n${NOTE}\n\nPast a limit the client gets its protocol's own refusal, and nothing that was accepted is lost.\n\n${sections.join('\n')}`,
  };
}

/** docs/options.md: every option with its environment variable, type, range and default. */
export function optionsPage(options: Readonly<Record<string, OptionSpec>>): GeneratedPage {
  const range = (spec: OptionSpec): string => {
    if (spec.type === 'integer') return `${spec.min} to ${spec.max}${spec.unit === undefined ? '' : ` ${spec.unit}`}`;
    if (spec.type === 'choice') return spec.choices.join(', ');
    return spec.type === 'switch' ? 'on, off' : (spec.expected ?? 'text');
  };
  const shown = (spec: OptionSpec): string =>
    spec.default === undefined ? '–' : spec.type === 'switch' ? (spec.default ? 'on' : 'off') : `\`${spec.default}\``;
  const rows = Object.entries(options).map(
    ([name, spec]) => `| \`${spec.env}\` | \`${name}\` | ${cell(range(spec))} | ${shown(spec)} | ${cell(spec.help)} |`,
  );
  const text = `# Options

${NOTE}

An option is read from its environment variable, else from the configuration file (\`HOLDFAST_CONFIG\`, YAML, by its
name), else it has its default. Start refuses a value out of range and a name that does not exist.

| environment | name in the file | values | default | what it does |
|---|---|---|---|---|
${rows.join('\n')}
`;
  return { file: 'docs/options.md', text };
}

async function registries(root: string, fileName: RegExp): Promise<readonly Record<string, unknown>[]> {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => fileName.test(file))
    .sort();
  return Promise.all(
    files.map(
      async (file) => (await import(pathToFileURL(path.join(root, 'src', file)).href)) as Record<string, unknown>,
    ),
  );
}

const isFailureTable = (name: string): boolean => name.endsWith('_FAILURES');
const isLimitTable = (name: string): boolean => name.endsWith('_LIMITS');

/** Every generated page, from the registries as they are in the sources now. */
export async function generatedPages(root: string): Promise<readonly GeneratedPage[]> {
  const failureModules = await registries(root, /(^|-|[\\/])failures\.ts$/);
  const failures = failureModules.flatMap((module) =>
    Object.entries(module)
      .filter(([name]) => isFailureTable(name))
      .flatMap(([, table]) => Object.values(table as Record<string, RegisteredFailure>)),
  );
  const limitModules = await registries(root, /(^|-|[\\/])limits\.ts$/);
  const limits = limitModules.flatMap((module) =>
    Object.entries(module)
      .filter(([name]) => isLimitTable(name))
      .map(([, table]) => table as object),
  );
  const [options] = await registries(root, /^boot[\\/]options\.ts$/);
  const pages = [errorsPage(failures), limitsPage(limits)];
  if (options !== undefined) pages.push(optionsPage(options.OPTIONS as Record<string, OptionSpec>));
  return pages;
}
