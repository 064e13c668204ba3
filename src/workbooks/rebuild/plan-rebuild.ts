import type { Workbook } from '../types.ts';
import type { NewVersion } from '../versions/store-version.ts';
import { readFacts, type VersionFacts } from '../versions/version-facts.ts';

export interface VaultEntry {
  readonly vaultId: string;
  readonly zones: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What the catalog holds of one workbook. */
export interface KnownWorkbook {
  readonly name: string;
  /** SHA-256 by version number. */
  readonly versions: ReadonlyMap<number, string>;
  readonly clientKeys: ReadonlySet<string>;
}

export interface PlannedWorkbook {
  readonly workbook: Workbook;
  readonly isNew: boolean;
  readonly versions: readonly { readonly version: NewVersion; readonly zones: readonly string[] }[];
}

export interface RebuildPlan {
  readonly workbooks: readonly PlannedWorkbook[];
  readonly problems: readonly { readonly vaultId: string; readonly problem: string }[];
}

interface Claim {
  readonly vaultId: string;
  readonly zones: readonly string[];
  readonly facts: VersionFacts;
}

/**
 * What to add to the catalog; pure. What the catalog holds stands. Two items that claim one number are a commit that
 * crashed before its row and the one that took the number after it: the later one was acknowledged. An item whose
 * client key another version of the workbook has is the trace of a commit that was repeated.
 */
export function planRebuild(entries: readonly VaultEntry[], known: ReadonlyMap<string, KnownWorkbook>): RebuildPlan {
  const problems: { vaultId: string; problem: string }[] = [];
  const claims: Claim[] = [];
  for (const { vaultId, zones, facts } of entries) {
    const read = readFacts(facts);
    if (read === undefined) problems.push({ vaultId, problem: 'its facts are not of a form that this release knows' });
    else claims.push({ vaultId, zones, facts: read });
  }
  claims.sort((one, other) => other.facts.version.committedMs - one.facts.version.committedMs);
  const names = new Set([...known.values()].map(({ name }) => name));
  const workbooks = [...byWorkbook(claims)].flatMap(([id, own]): readonly PlannedWorkbook[] => {
    const planned = planWorkbook(own, known.get(id), problems);
    if (planned === undefined) return [];
    const isNew = !known.has(id);
    const name = isNew ? freeName(planned.workbook, names) : planned.workbook.name;
    names.add(name);
    return [{ ...planned, isNew, workbook: { ...planned.workbook, name } }];
  });
  return { workbooks, problems };
}

function byWorkbook(claims: readonly Claim[]): ReadonlyMap<string, readonly Claim[]> {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    const { id } = claim.facts.workbook;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [claim]);
    else group.push(claim);
  }
  return groups;
}

/** Claims come newest first. */
function planWorkbook(
  claims: readonly Claim[],
  known: KnownWorkbook | undefined,
  problems: { vaultId: string; problem: string }[],
): Omit<PlannedWorkbook, 'isNew'> | undefined {
  const taken = new Map(known?.versions ?? []);
  const keys = new Set(known?.clientKeys ?? []);
  const versions: PlannedWorkbook['versions'][number][] = [];
  for (const { vaultId, zones, facts } of claims) {
    const { version } = facts;
    const holder = taken.get(version.number);
    if (holder === version.sha256) continue;
    if (version.clientKey !== undefined && keys.has(version.clientKey)) continue;
    if (holder !== undefined) {
      const problem = `version ${version.number} of ${facts.workbook.name} is another one; this was never acknowledged`;
      problems.push({ vaultId, problem });
      continue;
    }
    taken.set(version.number, version.sha256);
    if (version.clientKey !== undefined) keys.add(version.clientKey);
    versions.push({ version, zones });
  }
  const newest = claims[0];
  if (newest === undefined || versions.length === 0) return undefined;
  versions.sort((one, other) => one.version.number - other.version.number);
  return { workbook: { ...newest.facts.workbook, head: Math.max(...taken.keys()) }, versions };
}

/** A workbook made under the same name since the catalog was lost keeps it. */
function freeName(workbook: Workbook, names: ReadonlySet<string>): string {
  if (!names.has(workbook.name)) return workbook.name;
  return `${workbook.name.slice(0, 150)} (rebuilt ${workbook.id})`;
}
