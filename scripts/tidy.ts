import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  BANS,
  DRIVERS_IMPORTER,
  EMPTY_NAMES,
  LAYERS,
  LINES_MAX,
  LONG_FILES,
  OWNERS,
  SAME_LAYER,
} from './tidy-rules.ts';

/** One broken rule, as `file:line message`. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

interface Source {
  /** Path from the repository's root, with slashes. */
  readonly file: string;
  readonly text: string;
}

const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.startsWith('test/');
const areaOf = (file: string): string | undefined => /^src\/([^/]+)\//.exec(file)?.[1];
const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Replaces comments by blanks of the same length, so that offsets stay and prose is not searched. */
function withoutComments(text: string): string {
  const blank = (match: string): string => match.replace(/[^\n]/g, ' ');
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|[\s;{}(,])\/\/[^\n]*/g, blank);
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

/** Checks the rules of one source file; pure. */
export function tidySource(source: Source): readonly Finding[] {
  const code = withoutComments(source.text);
  return [
    ...lengthFindings(source),
    ...nameFindings(source),
    ...banFindings(source, code),
    ...importFindings(source, code),
  ];
}

function lengthFindings({ file, text }: Source): Finding[] {
  const lines = text.split('\n').length - 1;
  if (lines <= LINES_MAX || LONG_FILES[file] !== undefined) return [];
  return [{ file, line: LINES_MAX, message: `has ${lines} lines; split it (at most ${LINES_MAX})` }];
}

function nameFindings({ file }: Source): Finding[] {
  const findings: Finding[] = [];
  if (EMPTY_NAMES.test(file))
    findings.push({ file, line: 1, message: 'the name says nothing; name it for what is inside' });
  if (/[A-Z_]/.test(path.posix.basename(file)) && file.startsWith('src/')) {
    findings.push({ file, line: 1, message: 'file names are kebab-case' });
  }
  return findings;
}

function banFindings({ file }: Source, code: string): Finding[] {
  return BANS.flatMap((ban) => {
    if (!file.startsWith('src/') && !/only|skip/.test(ban.pattern.source)) return [];
    if (ban.except?.some((prefix) => file.startsWith(prefix)) === true) return [];
    if (ban.allowedInTests === true && isTest(file)) return [];
    const match = ban.pattern.exec(code);
    if (match === null) return [];
    return [{ file, line: lineAt(code, match.index), message: `\`${match[0].trim()}\` is banned; use ${ban.instead}` }];
  });
}

function importFindings({ file }: Source, code: string): Finding[] {
  const area = areaOf(file);
  if (area === undefined) return [];
  const findings: Finding[] = [];
  if (LAYERS[area] === undefined)
    findings.push({ file, line: 1, message: `folder src/${area} has no layer in tidy-rules.ts` });
  for (const match of code.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const line = lineAt(code, match.index + match[0].indexOf(specifier));
    const message = specifier.startsWith('.')
      ? relativeImport(file, area, specifier)
      : packageImport(file, area, specifier);
    if (message !== undefined) findings.push({ file, line, message });
  }
  return findings;
}

function relativeImport(file: string, area: string, specifier: string): string | undefined {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const targetArea = areaOf(target);
  if (targetArea === undefined) {
    return isTest(file) ? undefined : `imports ${target}: the program imports nothing outside src`;
  }
  if (targetArea === area) return undefined;
  const isDriver = target.includes('/drivers/');
  if (isDriver && area !== DRIVERS_IMPORTER && !isTest(file))
    return `only ${DRIVERS_IMPORTER} imports drivers, not ${area}`;
  if (!isDriver && target !== `src/${targetArea}/index.ts` && !isContract(target)) {
    return `imports ${target}; another area is imported through its index.ts`;
  }
  const from = LAYERS[area] ?? 99;
  const to = LAYERS[targetArea] ?? 99;
  if (to > from) return `imports upward: ${area} (L${from}) -> ${targetArea} (L${to})`;
  if (to === from && !SAME_LAYER.has(`${area} -> ${targetArea}`)) {
    return `imports sideways: ${area} -> ${targetArea} is not listed in tidy-rules.ts`;
  }
  return undefined;
}

/** The API contract types are what the command line and the console share with the server. */
const isContract = (target: string): boolean => /^src\/api\/(?:[a-z]+-)?contract\.ts$/.test(target);

function packageImport(file: string, area: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? '');
  if (isTest(file)) return undefined;
  const owners = OWNERS[name];
  if (owners === undefined) return `package ${name} has no owner in tidy-rules.ts`;
  return owners.includes(area) ? undefined : `package ${name} belongs to ${owners.join(', ')}, not to ${area}`;
}

/** Files of a folder that this check reads, from the root of the repository. */
export function sourcesBelow(root: string, folder: string): readonly Source[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name === 'dist' ? [] : sourcesBelow(root, file);
    return /\.(ts|tsx)$/.test(entry.name) ? [{ file, text: readFileSync(path.join(root, file), 'utf8') }] : [];
  });
}

/** Checks that an area's index.ts opens with its essay. */
export function essayFindings(sources: readonly Source[]): readonly Finding[] {
  return sources
    .filter(({ file }) => /^src\/[^/]+\/index\.ts$/.test(file))
    .filter(({ text }) => !text.startsWith('/**'))
    .map(({ file }) => ({
      file,
      line: 1,
      message: 'an area opens with its purpose, invariants, limits and what it does not do',
    }));
}

/** All findings of the tree at `root`. */
export function tidyTree(root: string): readonly Finding[] {
  const sources = ['src', 'test', 'scripts', 'bench', 'console/src'].flatMap((folder) => sourcesBelow(root, folder));
  return [
    ...sources.filter(({ file }) => !file.startsWith('scripts/tidy')).flatMap(tidySource),
    ...essayFindings(sources),
  ];
}
