import { type Clock, formatBytes, isFailure } from '../../base/index.ts';
import { type ConnectedServer, connectServer } from '../protocol/index.ts';
import type { BackupSource, StreamStatus } from '../types.ts';
import { BACKUP_SERVICE_LIMITS } from './limits.ts';
import type { CheckFinding } from './types.ts';

/** What the zones of the vault say of themselves. */
export interface ZoneFacts {
  readonly name: string;
  readonly remote: boolean;
  readonly isAway: boolean;
  readonly freeBytes: number | undefined;
  readonly caveats: readonly string[];
}

interface ServerFacts {
  readonly version: number;
  readonly isStandby: boolean;
  readonly settings: ReadonlyMap<string, string>;
  readonly mayReplicate: boolean;
  readonly slotsUsed: number;
  readonly slot: { readonly active: boolean; readonly walStatus: string; readonly lagBytes: number } | undefined;
  readonly clusterBytes: number;
  readonly mayWriteHeartbeat: boolean;
  readonly skewMs: number;
}

const finding = (
  level: CheckFinding['level'],
  id: string,
  texts: { readonly title: string; readonly detail: string; readonly remedy?: string },
): CheckFinding => ({ id, level, ...texts });

const SETTINGS = [
  ...['wal_level', 'max_wal_senders', 'max_replication_slots', 'max_slot_wal_keep_size', 'fsync', 'full_page_writes'],
  ...['data_checksums', 'wal_segment_size', 'synchronous_commit', 'server_version'],
];

/**
 * Everything that would keep a source from being backed up or restored, found by asking: one screen, each line with its
 * remedy. It changes nothing and never throws; what cannot be asked is a finding too.
 */
export async function checkSource(deps: {
  readonly source: BackupSource;
  readonly stream: StreamStatus | undefined;
  readonly zones: readonly ZoneFacts[];
  readonly versionsAtHand: readonly number[];
  readonly clock: Clock;
}): Promise<readonly CheckFinding[]> {
  const ofZones = zoneFindings(deps.zones);
  let server: ConnectedServer;
  try {
    server = await connectServer({
      url: deps.source.url,
      applicationName: 'holdfast check',
      replication: false,
      connectTimeoutMs: BACKUP_SERVICE_LIMITS.checkTimeoutMs,
    });
  } catch (error) {
    const [detail, remedy] = isFailure(error) ? [error.message, error.hint] : [String(error), 'see the log'];
    return [finding('error', 'connection', { title: 'Connection', detail, remedy }), ...ofZones];
  }
  try {
    const facts = await askServer(server, deps.source, deps.clock);
    return [
      finding('ok', 'connection', {
        title: 'Connection',
        detail: `PostgreSQL ${facts.settings.get('server_version') ?? ''}`,
      }),
      ...roleFindings(facts, deps.source),
      ...settingFindings(facts),
      ...slotFindings(facts, deps.source),
      ...timeFindings(facts, deps.stream),
      ...restoreFindings(facts, deps.versionsAtHand),
      ...spaceFindings(facts, deps.zones),
      ...ofZones,
    ];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const remedy = 'the role must be able to read pg_catalog; grant it pg_monitor for all of the check';
    return [finding('error', 'questions', { title: 'Questions to the server', detail, remedy }), ...ofZones];
  } finally {
    await server.client.end().catch(() => undefined);
  }
}

async function askServer(server: ConnectedServer, source: BackupSource, clock: Clock): Promise<ServerFacts> {
  const { client } = server;
  const rows = await client.query<{ name: string; setting: string; unit: string | null }>(
    'SELECT name, setting, unit FROM pg_catalog.pg_settings WHERE name = ANY($1)',
    [SETTINGS],
  );
  const before = clock.nowMs();
  const one = await client.query<Record<string, unknown>>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('server_version_num')::int AS version,
       (SELECT rolreplication OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS may_replicate,
       (SELECT count(*)::int FROM pg_catalog.pg_replication_slots) AS slots,
       (SELECT coalesce(sum(CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) END), 0)::float8
          FROM pg_catalog.pg_database) AS bytes,
       CASE WHEN to_regnamespace('holdfast') IS NULL THEN has_database_privilege(current_database(), 'CREATE')
         WHEN to_regclass('holdfast.heartbeat') IS NULL THEN has_schema_privilege('holdfast', 'USAGE')
           AND has_schema_privilege('holdfast', 'CREATE')
         ELSE has_table_privilege('holdfast.heartbeat', 'SELECT') AND has_table_privilege('holdfast.heartbeat', 'INSERT')
           AND has_table_privilege('holdfast.heartbeat', 'UPDATE') END AS may_beat,
       extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms`,
  );
  const after = clock.nowMs();
  const slot = await client.query<{ active: boolean; wal_status: string | null; lag: number | null }>(
    `SELECT active, wal_status, pg_wal_lsn_diff(
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn)::float8 AS lag
     FROM pg_catalog.pg_replication_slots WHERE slot_name = $1`,
    [source.slotName],
  );
  const row = one.rows[0] ?? {};
  const found = slot.rows[0];
  return {
    version: Number(row['version']),
    isStandby: row['standby'] === true,
    settings: new Map(rows.rows.map(({ name, setting }) => [name, setting])),
    mayReplicate: row['may_replicate'] === true,
    slotsUsed: Number(row['slots']),
    slot:
      found === undefined
        ? undefined
        : { active: found.active, walStatus: found.wal_status ?? 'lost', lagBytes: found.lag ?? 0 },
    clusterBytes: Number(row['bytes']),
    mayWriteHeartbeat: row['may_beat'] === true,
    skewMs: Math.round(Number(row['now_ms']) - (before + after) / 2),
  };
}

function roleFindings(facts: ServerFacts, source: BackupSource): CheckFinding[] {
  const role = facts.mayReplicate
    ? finding('ok', 'role', { title: 'Role', detail: 'may replicate' })
    : finding('error', 'role', {
        title: 'Role',
        detail: 'has no right to replicate',
        remedy:
          'ALTER ROLE <role> WITH REPLICATION; and a line "host replication <role> <address> scram-sha-256" in pg_hba.conf',
      });
  if (!source.heartbeat || facts.isStandby) return [role];
  const beat = facts.mayWriteHeartbeat
    ? finding('ok', 'heartbeat', { title: 'Heartbeat', detail: 'a row is written each second' })
    : finding('warning', 'heartbeat', {
        title: 'Heartbeat',
        detail: 'cannot be written, so an idle cluster is restorable only up to its last commit',
        remedy: 'CREATE SCHEMA holdfast AUTHORIZATION <role>; in the database of the address',
      });
  return [role, beat];
}

function settingFindings({ settings, slotsUsed, slot }: ServerFacts): CheckFinding[] {
  const is = (name: string): string => settings.get(name) ?? '';
  const out: CheckFinding[] = [];
  const level = is('wal_level');
  if (level === 'minimal')
    out.push(
      finding('error', 'wal-level', {
        title: 'wal_level',
        detail: 'is minimal; nothing can be streamed',
        remedy: 'ALTER SYSTEM SET wal_level = replica; then restart the server',
      }),
    );
  else out.push(finding('ok', 'wal-level', { title: 'wal_level', detail: level }));
  if (Number(is('max_wal_senders')) < 2)
    out.push(
      finding('error', 'wal-senders', {
        title: 'max_wal_senders',
        detail: `is ${is('max_wal_senders')}; the stream and a snapshot need one each`,
        remedy: 'ALTER SYSTEM SET max_wal_senders = 10; then restart the server',
      }),
    );
  const slotsMax = Number(is('max_replication_slots'));
  if (slot === undefined && slotsUsed >= slotsMax)
    out.push(
      finding('error', 'slots', {
        title: 'Replication slots',
        detail: `all ${slotsMax} are taken`,
        remedy: 'ALTER SYSTEM SET max_replication_slots = 20; then restart, or drop slots that nobody uses',
      }),
    );
  for (const [name, why] of [
    ['fsync', 'a crash of the source can lose and damage data'],
    ['full_page_writes', 'torn pages cannot be mended, and a snapshot taken meanwhile can be damaged'],
  ] as const)
    if (is(name) === 'off')
      out.push(
        finding('error', name, {
          title: name,
          detail: `is off: ${why}`,
          remedy: `ALTER SYSTEM SET ${name} = on; then reload`,
        }),
      );
  if (is('data_checksums') === 'off')
    out.push(
      finding('warning', 'data-checksums', {
        title: 'Page checksums',
        detail: 'are off; rot on the disk of the source goes into the snapshots unseen',
        remedy: 'stop the server and run pg_checksums --enable',
      }),
    );
  return out;
}

function slotFindings({ slot, settings }: ServerFacts, source: BackupSource): CheckFinding[] {
  const title = `Slot ${source.slotName}`;
  if (slot === undefined)
    return [
      finding('warning', 'slot', {
        title,
        detail: 'is not there yet',
        remedy: 'it is made when the stream begins; wait, then check again',
      }),
    ];
  if (slot.walStatus === 'lost' || slot.walStatus === 'unreserved')
    return [
      finding('error', 'slot', {
        title,
        detail: `its WAL is ${slot.walStatus}; the window has a gap`,
        remedy: 'raise max_slot_wal_keep_size; a new snapshot begins a new window by itself',
      }),
    ];
  const lag = `holds back ${formatBytes(Math.max(0, slot.lagBytes))}`;
  const keep = Number(settings.get('max_slot_wal_keep_size') ?? '-1');
  const out = [
    slot.lagBytes > source.slotLagAlarmBytes
      ? finding('error', 'slot', {
          title,
          detail: `${lag} of WAL on the source's disk`,
          remedy: 'see why the stream is behind: holdfast backup status',
        })
      : finding('ok', 'slot', { title, detail: lag }),
  ];
  if (keep < 0)
    out.push(
      finding('warning', 'slot-keep', {
        title: 'max_slot_wal_keep_size',
        detail: `is unlimited; Holdfast gives the slot up at ${formatBytes(source.slotLagMaxBytes)}, but only while it runs`,
        remedy: `ALTER SYSTEM SET max_slot_wal_keep_size = '${Math.ceil(source.slotLagMaxBytes / 1_048_576)}MB'; then reload`,
      }),
    );
  return out;
}

function timeFindings({ skewMs }: ServerFacts, stream: StreamStatus | undefined): CheckFinding[] {
  const isOff = Math.abs(skewMs) > BACKUP_SERVICE_LIMITS.clockSkewWarnMs;
  const detail = `the source is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead'}`;
  const clock = isOff
    ? finding('warning', 'clock', {
        title: 'Clock',
        detail,
        remedy: 'run NTP on both machines; a time to restore to is one of the source',
      })
    : finding('ok', 'clock', { title: 'Clock', detail });
  if (stream === undefined || stream.state === 'streaming') return [clock];
  const reason = stream.reason ?? 'no reason is known';
  const remedy = 'the other lines say what to do; when none does, see the log';
  return [clock, finding('warning', 'stream', { title: 'Stream', detail: `is ${stream.state}: ${reason}`, remedy })];
}

function restoreFindings({ version }: ServerFacts, versionsAtHand: readonly number[]): CheckFinding[] {
  const major = Math.floor(version / 10_000);
  if (versionsAtHand.includes(major))
    return [finding('ok', 'programs', { title: 'Restore drills', detail: `PostgreSQL ${major} is installed here` })];
  return [
    finding('error', 'programs', {
      title: 'Restore drills',
      detail: `PostgreSQL ${major} is not installed on this machine, so no restore can be started and proven here`,
      remedy: `install it: apt-get install postgresql-${major}`,
    }),
  ];
}

function spaceFindings({ clusterBytes }: ServerFacts, zones: readonly ZoneFacts[]): CheckFinding[] {
  return zones.flatMap(({ name, freeBytes }) => {
    if (freeBytes === undefined || freeBytes > clusterBytes) return [];
    const detail = `zone ${name} has ${formatBytes(freeBytes)} free, the cluster has ${formatBytes(clusterBytes)}`;
    return [
      finding('warning', `space-${name}`, {
        title: 'Space',
        detail,
        remedy: 'enlarge the zone, or shorten what is kept',
      }),
    ];
  });
}

function zoneFindings(zones: readonly ZoneFacts[]): CheckFinding[] {
  const out = zones.flatMap(({ name, isAway }) =>
    isAway
      ? [
          finding('error', `zone-${name}`, {
            title: `Zone ${name}`,
            detail: 'does not answer',
            remedy: 'see holdfast vault status',
          }),
        ]
      : [],
  );
  if (zones.some(({ remote }) => remote))
    return [...out, finding('ok', 'remote', { title: 'Remote zone', detail: 'backups lie in another place too' })];
  return [
    ...out,
    finding('error', 'remote', {
      title: 'Remote zone',
      detail: 'no zone is remote; whoever loses this place loses the backups with it',
      remedy: 'add an S3 zone with remote=true to HOLDFAST_ZONES (docs/vault-s3.md)',
    }),
  ];
}
