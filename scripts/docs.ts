import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedPages } from './generated-docs.ts';
import type { Finding } from './tidy.ts';

const PROSE = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

function proseFiles(root: string): readonly string[] {
  const docs = existsSync(path.join(root, 'docs'))
    ? readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.md'))
        .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    : [];
  return [...PROSE.filter((file) => existsSync(path.join(root, file))), ...docs];
}

/** Paths in back quotes or links that look like files of this repository must exist. */
export function pathFindings(root: string, file: string, text: string): readonly Finding[] {
  const findings: Finding[] = [];
  text.split('\n').forEach((line, index) => {
    for (const match of line.matchAll(/`((?:src|docs|scripts|test|console|bench|deploy|rules|bin)\/[\w./-]+)`/g)) {
      const target = (match[1] ?? '').replace(/\/$/, '');
      if (!existsSync(path.join(root, target)) && !target.includes('dist')) {
        findings.push({ file, line: index + 1, message: `names ${target}, which does not exist` });
      }
    }
    for (const match of line.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)) {
      const target = path.join(path.dirname(file), match[1] ?? '');
      if (!existsSync(path.join(root, target))) {
        findings.push({ file, line: index + 1, message: `links to ${match[1]}, which does not exist` });
      }
    }
  });
  return findings;
}

/** `npm run …` commands in the docs must be scripts of package.json. */
export function commandFindings(
  scripts: Readonly<Record<string, string>>,
  file: string,
  text: string,
): readonly Finding[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\bnpm run ([\w:-]+)/g)]
        .filter((match) => scripts[match[1] ?? ''] === undefined)
        .map((match) => ({ file, line: index + 1, message: `names \`npm run ${match[1]}\`, which is no script` })),
    );
}

/** Error codes in the docs must be registered: `area.name` in back quotes where the area has failures. */
export function codeFindings(registered: ReadonlySet<string>, file: string, text: string): readonly Finding[] {
  const areas = new Set([...registered].map((code) => code.split('.')[0]));
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(/`([a-z]+)\.([a-z]+(?:-[a-z]+)+)`/g)]
      .filter((match) => areas.has(match[1]) && !registered.has(`${match[1]}.${match[2]}`))
      .map((match) => ({
        file,
        line: index + 1,
        message: `names the failure ${match[1]}.${match[2]}, which is not registered`,
      })),
  );
}

/** Checks the manual, and writes its generated pages when `write` is set. */
export async function docsFindings(root: string, write: boolean): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const pages = await generatedPages(root);
  for (const page of pages) {
    const at = path.join(root, page.file);
    if (write) writeFileSync(at, page.text);
    else if (!existsSync(at) || readFileSync(at, 'utf8') !== page.text) {
      findings.push({ file: page.file, line: 1, message: 'is not what the code says; run `npm run check -- --write`' });
    }
  }
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const registered = new Set(
    [...(pages[0]?.text ?? '').matchAll(/^\| `([a-z-]+\.[a-z0-9-]+)`/gm)].map((match) => match[1] ?? ''),
  );
  for (const file of proseFiles(root)) {
    const text = readFileSync(path.join(root, file), 'utf8');
    findings.push(
      ...pathFindings(root, file, text),
      ...commandFindings(manifest.scripts, file, text),
      ...codeFindings(registered, file, text),
    );
  }
  return findings;
}
