import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { docsFindings } from './docs.ts';
import { type Finding, tidyTree } from './tidy.ts';

/** `npm run check [-- --write]`: format, tidy, lint, types, docs, unit tests. Seconds, no servers. */
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const write = process.argv.includes('--write');
const withoutTests = process.argv.includes('--no-tests');

interface Step {
  readonly name: string;
  readonly run: () => Promise<boolean>;
}

function command(args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

function report(findings: readonly Finding[]): boolean {
  for (const finding of findings) console.error(`${finding.file}:${finding.line} ${finding.message}`);
  return findings.length === 0;
}

const STEPS: readonly Step[] = [
  {
    name: 'format',
    run: () =>
      command([
        'node_modules/@biomejs/biome/bin/biome',
        'check',
        '--error-on-warnings',
        ...(write ? ['--write'] : []),
        '.',
      ]),
  },
  { name: 'tidy', run: async () => report(tidyTree(root)) },
  {
    name: 'lint',
    run: () => command(['node_modules/oxlint/bin/oxlint', '--type-aware', 'src', 'scripts', 'test', 'bench']),
  },
  { name: 'types', run: () => command(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']) },
  {
    name: 'types of the console',
    run: () => command(['node_modules/typescript/bin/tsc', '-p', 'console/tsconfig.json']),
  },
  { name: 'docs', run: async () => report(await docsFindings(root, write)) },
  {
    name: 'unit tests',
    run: () => (withoutTests ? Promise.resolve(true) : command(['node_modules/vitest/vitest.mjs', 'run'])),
  },
];

let failed = 0;
for (const step of STEPS) {
  const startedMs = performance.now();
  const passed = await step.run();
  if (!passed) failed += 1;
  console.log(
    `${passed ? 'ok    ' : 'FAILED'} ${step.name} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;
