/**
 * Settings of the source that would harm a restored cluster or that name places of the source's machine. What each
 * would do: hang every commit for a standby that is not there, write into the source's archive, follow its primary,
 * take changes away from its subscriptions, stop recovery for a delay, or refuse the start.
 */
const DROPPED: ReadonlySet<string> = new Set([
  'archive_cleanup_command',
  'archive_command',
  'archive_library',
  'archive_mode',
  'data_directory',
  'external_pid_file',
  'hba_file',
  'hot_standby',
  'ident_file',
  'listen_addresses',
  'max_logical_replication_workers',
  'primary_conninfo',
  'primary_slot_name',
  'promote_trigger_file',
  'recovery_end_command',
  'recovery_min_apply_delay',
  'recovery_target',
  'recovery_target_action',
  'recovery_target_inclusive',
  'recovery_target_lsn',
  'recovery_target_name',
  'recovery_target_time',
  'recovery_target_timeline',
  'recovery_target_xid',
  'restore_command',
  'ssl_passphrase_command',
  'stats_temp_directory',
  'sync_replication_slots',
  'synchronized_standby_slots',
  'synchronous_standby_names',
  'unix_socket_directories',
]);

const PRELOADED: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'session_preload_libraries',
  'shared_preload_libraries',
]);

const FILES_OF_TLS: ReadonlySet<string> = new Set([
  'ssl_ca_file',
  'ssl_cert_file',
  'ssl_crl_dir',
  'ssl_crl_file',
  'ssl_key_file',
]);

export interface SettingsFacts {
  /** True when a file that the settings name is on this machine; relative paths are below the data folder. */
  readonly exists: (path: string) => boolean;
  /** Libraries that a server of this version can load here; undefined when that is not known. */
  readonly libraries: ReadonlySet<string> | undefined;
}

export interface NeutralizedSettings {
  readonly text: string;
  /** Sentences about what was changed and why. */
  readonly notes: readonly string[];
}

const MARK = '# left out by the restore: ';

/** One line of postgresql.conf: `name = value`, `name value`, with quotes doubled or escaped inside of quotes. */
const LINE = /^\s*([A-Za-z_][A-Za-z0-9_.$]*)\s*(?:=\s*|\s+)('(?:[^'\\]|''|\\.)*'|[^\s#]*)/;

function parseLine(line: string): { readonly name: string; readonly value: string } | undefined {
  const match = LINE.exec(line);
  if (match?.[1] === undefined) return undefined;
  const raw = match[2] ?? '';
  const value = raw.startsWith("'") ? raw.slice(1, -1).replaceAll(/''|\\'/g, "'") : raw;
  return { name: match[1].toLowerCase(), value };
}

export const quoteSetting = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Comments out what would harm in the text of a configuration file of the source. Doing it twice changes nothing. */
export function neutralizeSettings(text: string, facts: SettingsFacts): NeutralizedSettings {
  const notes: string[] = [];
  let tlsIsMissing = false;
  const lines = text.split('\n').map((line) => {
    const setting = parseLine(line);
    if (setting === undefined) return line;
    const { name, value } = setting;
    if (DROPPED.has(name)) {
      if (value !== '') notes.push(`${name} of the source is left out`);
      return `${MARK}${line}`;
    }
    if ((name === 'include' || name === 'include_dir') && !facts.exists(value)) {
      notes.push(`${value}, which the configuration includes, is not here and is left out`);
      return `${MARK}${line}`;
    }
    if (FILES_OF_TLS.has(name) && value !== '' && !facts.exists(value)) {
      tlsIsMissing = true;
      return `${MARK}${line}`;
    }
    if (PRELOADED.has(name)) return keepLibraries(line, setting, facts, notes);
    return line;
  });
  if (!tlsIsMissing) return { text: lines.join('\n'), notes };
  notes.push('TLS is off, for its files are not here');
  const withoutTls = lines.map((line) => (parseLine(line)?.name === 'ssl' ? `${MARK}${line}` : line));
  return { text: withoutTls.join('\n'), notes };
}

function keepLibraries(
  line: string,
  { name, value }: { readonly name: string; readonly value: string },
  { libraries }: SettingsFacts,
  notes: string[],
): string {
  if (libraries === undefined) return line;
  const wanted = value
    .split(',')
    .map((part) => part.trim().replaceAll('"', ''))
    .filter((part) => part !== '');
  const isHere = (library: string): boolean => libraries.has(library.replace(/^.*\//, '').replace(/\.so$/, ''));
  const missing = wanted.filter((library) => !isHere(library));
  if (missing.length === 0) return line;
  notes.push(`${missing.join(', ')} of ${name} is not installed here and is left out`);
  return `${MARK}${line}\n${name} = ${quoteSetting(wanted.filter(isHere).join(','))}`;
}
