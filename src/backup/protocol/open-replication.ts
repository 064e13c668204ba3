import type { Client } from 'pg';
import { Failure } from '../../base/index.ts';
import type { Lsn, TimelineHistory } from '../types.ts';
import { type BaseBackupEvent, type BaseBackupOptions, streamBaseBackup } from './base-backup.ts';
import { type ConnectSettings, connectServer, insideOf } from './connect-server.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import { BACKUP_PROTOCOL_LIMITS } from './limits.ts';
import { parseLsn } from './lsn.ts';
import { broken } from './parse-message.ts';
import { createSession, type Session } from './session.ts';
import { type StartReplicationOptions, streamWal, type WalStream } from './stream-wal.ts';
import { parseTimelineHistory } from './timeline-history.ts';

export interface SystemIdentity {
  readonly systemId: string;
  readonly timeline: number;
  /** Flushed on a primary, received or replayed on a standby. */
  readonly lsn: Lsn;
}

export interface SlotState {
  /** The oldest WAL that the server keeps for it; undefined while it reserves none, or when it was invalidated. */
  readonly restartLsn: Lsn | undefined;
  readonly restartTimeline: number | undefined;
}

/** A connection in replication mode: one command at a time. */
export interface ReplicationConnection {
  readonly host: string;
  /** As `server_version_num`: 150018 is 15.18. */
  readonly serverVersion: number;
  readonly isStandby: boolean;
  readonly identifySystem: () => Promise<SystemIdentity>;
  /** A run-time setting as `SHOW` prints it. */
  readonly show: (setting: string) => Promise<string>;
  readonly walSegmentBytes: () => Promise<number>;
  /** Permanent, and keeping WAL from now on. True when it was made, false when it stood already. */
  readonly createPhysicalSlot: (name: string) => Promise<boolean>;
  /** True when it was dropped, false when there was none. */
  readonly dropSlot: (name: string, options?: { readonly wait?: boolean }) => Promise<boolean>;
  readonly readSlot: (name: string) => Promise<SlotState | undefined>;
  /** Undefined for timeline 1, which has no history. */
  readonly timelineHistory: (timeline: number) => Promise<TimelineHistory | undefined>;
  readonly baseBackup: (options: BaseBackupOptions) => AsyncGenerator<BaseBackupEvent, void, undefined>;
  readonly startReplication: (options: StartReplicationOptions) => WalStream;
  readonly isOpen: () => boolean;
  readonly close: () => Promise<void>;
}

const SLOT_NAME = /^[a-z0-9_]{1,63}$/;

/** Connects and checks the version. Throws the failures of {@link connectServer} and `version-unsupported`. */
export async function openReplication(settings: ConnectSettings): Promise<ReplicationConnection> {
  const { client, host, parameters } = await connectServer({ ...settings, replication: true });
  const socket = insideOf(client).stream;
  const session = createSession(socket, host);
  try {
    const serverVersion = Number(await show(session, 'server_version_num'));
    if (!(serverVersion >= BACKUP_PROTOCOL_LIMITS.serverVersionMin)) {
      const version = parameters.get('server_version') ?? String(serverVersion);
      throw new Failure(BACKUP_PROTOCOL_FAILURES.versionUnsupported, { version });
    }
    const isStandby = parameters.get('in_hot_standby') === 'on';
    return createConnection({ settings, client, session, host, serverVersion, isStandby });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

interface Opened {
  readonly settings: ConnectSettings;
  readonly client: Client;
  readonly session: Session;
  readonly host: string;
  readonly serverVersion: number;
  readonly isStandby: boolean;
}

function createConnection(opened: Opened): ReplicationConnection {
  const { session, client, host, serverVersion, isStandby } = opened;
  return {
    ...{ host, serverVersion, isStandby },
    identifySystem: () => identifySystem(session),
    show: (setting) => show(session, setting),
    walSegmentBytes: async () => parseSize(await show(session, 'wal_segment_size')),
    createPhysicalSlot: (name) => createSlot(session, name),
    dropSlot: (name, options) => dropSlot(session, name, options?.wait ?? false),
    readSlot: (name) => (serverVersion >= 150_000 ? readSlot(session, name) : querySlot(opened, name)),
    timelineHistory: (timeline) => timelineHistory(session, timeline),
    baseBackup: (options) => streamBaseBackup(session, serverVersion, options),
    startReplication: (options) => streamWal(session, options),
    isOpen: session.open,
    close: async () => {
      if (session.open()) await client.end().catch(() => undefined);
      session.fail(new Failure(BACKUP_PROTOCOL_FAILURES.connectionLost, { host, reason: 'it was closed here' }));
    },
  };
}

const text = (value: Buffer | undefined): string | undefined => value?.toString('utf8');

async function identifySystem(session: Session): Promise<SystemIdentity> {
  const [systemId, timeline, lsn] = (await session.rows('IDENTIFY_SYSTEM'))[0] ?? [];
  if (systemId === undefined || timeline === undefined || lsn === undefined) throw broken('an identity without parts');
  return { systemId: systemId.toString(), timeline: Number(timeline.toString()), lsn: parseLsn(lsn.toString()) };
}

async function show(session: Session, setting: string): Promise<string> {
  if (!/^[a-z_][a-z0-9_.]*$/.test(setting)) throw broken(`a setting with the name "${setting}" was asked for`);
  return text((await session.rows(`SHOW ${setting}`))[0]?.[0]) ?? '';
}

/** `16MB` of `wal_segment_size`; a server prints it in the largest unit that divides it. */
function parseSize(printed: string): number {
  const found = /^(\d+)(kB|MB|GB)$/.exec(printed);
  const unit = { kB: 1024, MB: 1_048_576, GB: 1_073_741_824 }[found?.[2] ?? ''];
  if (found === null || unit === undefined) throw broken(`"${printed}" as the size of a segment`);
  return Number(found[1]) * unit;
}

function checkSlotName(name: string): void {
  if (SLOT_NAME.test(name)) return;
  const reason = `"${name}" is no name of a slot; lower-case letters, digits and _ only`;
  throw new Failure(BACKUP_PROTOCOL_FAILURES.commandRefused, { command: 'the slot', sqlState: '42602', reason });
}

const sqlStateIs = (error: unknown, sqlState: string): boolean =>
  error instanceof Failure && error.details['sqlState'] === sqlState;

async function createSlot(session: Session, name: string): Promise<boolean> {
  checkSlotName(name);
  try {
    await session.rows(`CREATE_REPLICATION_SLOT "${name}" PHYSICAL RESERVE_WAL`);
    return true;
  } catch (error) {
    if (sqlStateIs(error, '42710')) return false;
    throw error;
  }
}

async function dropSlot(session: Session, name: string, wait: boolean): Promise<boolean> {
  checkSlotName(name);
  try {
    await session.rows(`DROP_REPLICATION_SLOT "${name}"${wait ? ' WAIT' : ''}`);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.is(BACKUP_PROTOCOL_FAILURES.slotMissing)) return false;
    throw error;
  }
}

async function readSlot(session: Session, name: string): Promise<SlotState | undefined> {
  checkSlotName(name);
  const [type, lsn, timeline] = (await session.rows(`READ_REPLICATION_SLOT "${name}"`))[0] ?? [];
  if (type === undefined) return undefined;
  return {
    restartLsn: lsn === undefined ? undefined : parseLsn(lsn.toString()),
    restartTimeline: timeline === undefined ? undefined : Number(timeline.toString()),
  };
}

/** Version 14 has no command for it, and a connection for replication takes no SQL. */
async function querySlot(opened: Opened, name: string): Promise<SlotState | undefined> {
  checkSlotName(name);
  const { client } = await connectServer({ ...opened.settings, replication: false });
  try {
    const found = await client.query<{ restart_lsn: string | null }>(
      'SELECT restart_lsn::text AS restart_lsn FROM pg_catalog.pg_replication_slots WHERE slot_name = $1',
      [name],
    );
    const row = found.rows[0];
    if (row === undefined) return undefined;
    return { restartLsn: row.restart_lsn === null ? undefined : parseLsn(row.restart_lsn), restartTimeline: undefined };
  } finally {
    await client.end();
  }
}

async function timelineHistory(session: Session, timeline: number): Promise<TimelineHistory | undefined> {
  if (timeline <= 1) return undefined;
  const content = (await session.rows(`TIMELINE_HISTORY ${timeline}`))[0]?.[1];
  if (content === undefined || content.length > BACKUP_PROTOCOL_LIMITS.historyBytesMax) {
    throw broken(`a history of timeline ${timeline} with ${content?.length ?? 0} bytes`);
  }
  return parseTimelineHistory(timeline, content.toString('utf8'));
}
