import { existsSync } from 'node:fs';
import { chown, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { newSecret } from '../../base/index.ts';
import type { RestorePlan } from '../types.ts';
import { neutralizeSettings, type SettingsFacts } from './neutralize-settings.ts';
import { recoverySettings, settingsBlock, withoutBlock } from './recovery-settings.ts';
import { type FolderOwner, SIDE_FOLDER } from './restore-folder.ts';

/** What a server needs at least to hold the state of the source, where its configuration is not in the data folder. */
const NEEDED = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
  'shared_preload_libraries',
  'wal_level',
] as const;

const HBA = `# Written by the restore: the source keeps this file outside of its data folder.
local all all peer
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
`;

export interface SettingsWork {
  readonly plan: RestorePlan;
  readonly folder: string;
  readonly owner: FolderOwner | undefined;
  readonly libraries: ReadonlySet<string> | undefined;
  /** Default is the machine itself alone. */
  readonly listenAddresses?: string;
  readonly port?: number;
}

/**
 * Makes the configuration of the restored cluster: that of the source without what would harm, and at the end of
 * `postgresql.auto.conf`, which the server reads last, what recovery needs. Returns notes about what was changed.
 */
export async function writeSettings(work: SettingsWork): Promise<readonly string[]> {
  const { folder, plan, libraries } = work;
  const facts: SettingsFacts = { libraries, exists: (name) => existsSync(path.resolve(folder, name)) };
  const notes: string[] = [];
  const main = await readText(folder, 'postgresql.conf');
  if (main === undefined) notes.push('the source keeps its configuration elsewhere; a small one was written');
  const neutral = neutralizeSettings(main ?? generated(plan), facts);
  await writeText(work, 'postgresql.conf', neutral.text);
  const auto = neutralizeSettings(withoutBlock((await readText(folder, 'postgresql.auto.conf')) ?? ''), facts);
  const restored = {
    archive_mode: 'off',
    synchronous_standby_names: '',
    primary_conninfo: '',
    primary_slot_name: '',
    // Subscriptions of the copy would take changes away from the source.
    max_logical_replication_workers: '0',
    listen_addresses: work.listenAddresses ?? 'localhost',
    ...(work.port === undefined ? {} : { port: String(work.port) }),
    ...recoverySettings(plan),
    // A server that somebody else starts tidies up after itself.
    recovery_end_command: `rm -rf "${SIDE_FOLDER}"`,
  };
  await writeText(work, 'postgresql.auto.conf', `${endLine(auto.text)}${settingsBlock(restored)}`);
  if ((await readText(folder, 'pg_hba.conf')) === undefined) await writeText(work, 'pg_hba.conf', HBA);
  if ((await readText(folder, 'pg_ident.conf')) === undefined) await writeText(work, 'pg_ident.conf', '');
  await writeText(work, 'recovery.signal', '');
  return [...new Set([...notes, ...neutral.notes, ...auto.notes])];
}

/** After recovery: what stays of the block is only what keeps the copy from harming its source. */
export async function endRecoverySettings(
  work: Pick<SettingsWork, 'folder' | 'owner'> & { readonly listenAddresses?: string },
): Promise<void> {
  const text = await readText(work.folder, 'postgresql.auto.conf');
  if (text === undefined) return;
  const kept = {
    max_logical_replication_workers: '0',
    listen_addresses: work.listenAddresses ?? 'localhost',
  };
  await writeText(work, 'postgresql.auto.conf', `${endLine(withoutBlock(text))}${settingsBlock(kept)}`);
}

const endLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

function generated({ snapshot }: RestorePlan): string {
  const lines = NEEDED.flatMap((name) => {
    const value = snapshot.settings[name];
    return value === undefined || value === '' ? [] : [`${name} = '${value.replaceAll("'", "''")}'`];
  });
  return [
    '# Written by the restore: the source keeps its configuration outside of its data folder.',
    ...lines,
    '',
  ].join('\n');
}

const readText = (folder: string, name: string): Promise<string | undefined> =>
  readFile(path.join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

async function writeText(
  work: { readonly folder: string; readonly owner: FolderOwner | undefined },
  name: string,
  text: string,
): Promise<void> {
  const draft = path.join(work.folder, SIDE_FOLDER, newSecret(12));
  const file = await openDraft(draft, path.join(work.folder, `${name}.${newSecret(12)}`));
  try {
    await file.handle.writeFile(text);
    if (work.owner !== undefined) await chown(file.path, work.owner.uid, work.owner.gid);
    await file.handle.sync();
  } finally {
    await file.handle.close();
  }
  await rename(file.path, path.join(work.folder, name));
}

/** Drafts stand in the side folder while there is one; after recovery it is gone. */
async function openDraft(first: string, second: string) {
  try {
    return { path: first, handle: await open(first, 'wx', 0o600) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { path: second, handle: await open(second, 'wx', 0o600) };
  }
}
