import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * A real S3 server with Object Lock for tests: Ceph's RADOS Gateway from Debian's packages, with one monitor and one
 * or three OSDs, on loopback and ephemeral ports, in a temporary folder. Nothing outlives `stop()`.
 *
 * Without cephx and without a manager daemon: neither changes what the S3 side does, and both cost seconds.
 */
export interface Ceph {
  readonly endpoint: string;
  readonly port: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly readyAfterMs: number;
  readonly osdPids: readonly number[];
  /** As a power cut of one of the three places would. */
  readonly killOsd: (index: number) => void;
  /** Runs `radosgw-admin`, which belongs to the storage's own administrator and not to S3. */
  readonly admin: (...args: string[]) => Promise<string>;
  /** Changes one bit of a stored version on the storage itself, as rot would; S3 does not see it. */
  readonly flipBit: (version: { readonly key: string; readonly versionId: string }) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const run = promisify(execFile);
const COMMANDS = ['ceph-mon', 'ceph-osd', 'ceph', 'monmaptool', 'rados', 'radosgw', 'radosgw-admin'];
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'];
const ACCESS_KEY_ID = 'HOLDFASTTESTACCESSKEY';
const SECRET_ACCESS_KEY = 'SecretForTestsOnlyHoldfastS3Zone00000000';

const installed = (): boolean => COMMANDS.every((name) => existsSync(path.join('/usr/bin', name)));

/** Undefined when Ceph can be started here, after installing it if need be; else the reason for skipping. */
export function cephUnavailable(): string | undefined {
  if (installed()) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return `not installed, and only root on Debian can: ${PACKAGES.join(', ')}`;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-q'], { env, stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...PACKAGES], { env, stdio: 'ignore' });
  return installed() ? undefined : `could not install ${PACKAGES.join(', ')} from Debian's packages`;
}

const daemons = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of daemons) child.kill('SIGKILL');
});

export async function startCeph(options: { readonly osds: 1 | 3 }): Promise<Ceph> {
  const startedMs = performance.now();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-ceph-'));
  const [monPort, port] = [await freePort(), await freePort()];
  const confFile = path.join(folder, 'ceph.conf');
  const mine: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(mine.map(kill));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const start = (command: string, ...args: string[]): ChildProcess => {
    const child = startDaemon(folder, command, ['-c', confFile, '-f', ...args]);
    mine.push(child);
    return child;
  };
  try {
    await writeFile(confFile, cephConf(folder, monPort, options.osds));
    await startMonitor(folder, confFile, monPort, start);
    const ceph = (...args: string[]): Promise<string> => retried(() => output('ceph', ['-c', confFile, ...args]));
    const osds = await startOsds(folder, confFile, options.osds, ceph, start);
    const admin = (...args: string[]): Promise<string> =>
      output('radosgw-admin', ['-c', confFile, '-n', 'client.rgw.a', ...args]);
    start('radosgw', '-n', 'client.rgw.a', '--rgw-frontends', `beast endpoint=127.0.0.1:${port} tcp_nodelay=1`);
    await reachable(port, folder);
    await retried(() =>
      admin(
        ...['user', 'create', '--uid=holdfast', '--display-name=holdfast'],
        ...[`--access-key=${ACCESS_KEY_ID}`, `--secret=${SECRET_ACCESS_KEY}`],
      ),
    );
    return {
      endpoint: `http://127.0.0.1:${port}`,
      port,
      credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY },
      readyAfterMs: performance.now() - startedMs,
      osdPids: osds.map((child) => child.pid ?? 0),
      killOsd: (index) => void osds[index]?.kill('SIGKILL'),
      admin,
      flipBit: (version) => flipBit(folder, confFile, version),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function cephConf(folder: string, monPort: number, osds: number): string {
  const lines = [
    '[global]',
    `fsid = ${randomUUID()}`,
    `mon_host = v1:127.0.0.1:${monPort}`,
    'public_network = 127.0.0.0/8',
    'cluster_network = 127.0.0.0/8',
    'auth_cluster_required = none',
    'auth_service_required = none',
    'auth_client_required = none',
    'keyring = /dev/null',
    'ms_bind_msgr2 = false',
    'ms_bind_ipv6 = false',
    `mon_data = ${folder}/mon`,
    `osd_data = ${folder}/osd-$id`,
    `admin_socket = ${folder}/$name.asok`,
    `run_dir = ${folder}`,
    `crash_dir = ${folder}`,
    'log_file = /dev/null',
    'mon_cluster_log_file = /dev/null',
    'osd_objectstore = memstore',
    'memstore_device_bytes = 2147483648',
    `osd_pool_default_size = ${osds}`,
    `osd_pool_default_min_size = ${Math.max(1, osds - 1)}`,
    'osd_pool_default_pg_num = 4',
    'osd_pool_default_pg_autoscale_mode = off',
    'mon_allow_pool_size_one = true',
    'mon_max_pg_per_osd = 2000',
    `osd_crush_chooseleaf_type = ${osds === 1 ? 0 : 1}`,
    'osd_class_update_on_start = false',
    'osd_crush_update_on_start = false',
    'mon_osd_min_down_reporters = 1',
    'mon_osd_down_out_interval = 600',
    'rgw_dynamic_resharding = false',
    'rgw_thread_pool_size = 32',
    'rgw_run_sync_thread = false',
    'rgw_enable_apis = s3',
    '',
  ];
  return lines.join('\n');
}

async function startMonitor(
  folder: string,
  confFile: string,
  port: number,
  start: (command: string, ...args: string[]) => ChildProcess,
): Promise<void> {
  const map = path.join(folder, 'monmap');
  const conf = await readFile(confFile, 'utf8');
  const fsid = /fsid = (\S+)/.exec(conf)?.[1] ?? '';
  await output('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', `[v1:127.0.0.1:${port}]`, map]);
  await mkdir(path.join(folder, 'mon'));
  await output('ceph-mon', ['-c', confFile, '--mkfs', '-i', 'a', '--monmap', map]);
  start('ceph-mon', '-i', 'a');
}

async function startOsds(
  folder: string,
  confFile: string,
  count: number,
  ceph: (...args: string[]) => Promise<string>,
  start: (command: string, ...args: string[]) => ChildProcess,
): Promise<readonly ChildProcess[]> {
  const ids = Array.from({ length: count }, (_, id) => id);
  for (const id of ids) {
    const uuid = randomUUID();
    await ceph('osd', 'new', uuid, String(id));
    await mkdir(path.join(folder, `osd-${id}`));
    await output('ceph-osd', ['-c', confFile, '--mkfs', '-i', String(id), '--osd-uuid', uuid]);
    await ceph('osd', 'crush', 'add', `osd.${id}`, '1.0', 'root=default', `host=h${id}`);
  }
  const children = ids.map((id) => start('ceph-osd', '-i', String(id)));
  await retried(async () => {
    const stat = await ceph('osd', 'stat', '--format', 'json');
    if (!stat.includes(`"num_up_osds":${count}`)) throw new Error(`OSDs are not up: ${stat}`);
  });
  return children;
}

const DATA_POOL = 'default.rgw.buckets.data';

/** The head object of a version is named `<bucket marker>__:<version id>_<key>`; small objects lie in it whole. */
async function flipBit(
  folder: string,
  confFile: string,
  version: { readonly key: string; readonly versionId: string },
): Promise<void> {
  const rados = (...args: string[]): Promise<string> => output('rados', ['-c', confFile, '-p', DATA_POOL, ...args]);
  const names = (await rados('ls')).split('\n');
  const found = names.filter((name) => name.endsWith(`__:${version.versionId}_${version.key}`));
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} stored objects for ${version.key}`);
  const file = path.join(folder, `rot-${randomUUID()}`);
  await rados('get', found[0], file);
  const bytes = await readFile(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await writeFile(file, bytes);
  // Writing it whole keeps the attributes in which the gateway holds length, ETag and lock.
  await rados('put', found[0], file);
}

function startDaemon(folder: string, command: string, args: readonly string[]): ChildProcess {
  const log = openSync(path.join(folder, `${command}-${daemons.size}.out`), 'a');
  const child = spawn(command, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  daemons.add(child);
  child.once('exit', () => daemons.delete(child));
  return child;
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

const output = async (command: string, args: readonly string[]): Promise<string> =>
  (await run(command, [...args], { timeout: 30_000, maxBuffer: 16 * 1024 * 1024 })).stdout;

/** Early calls to a cluster without cephx race with its start and fail in several ways; they are repeated. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + 60_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const reachable = (port: number, folder: string): Promise<void> =>
  retried(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) });
    if (!answer.ok) throw new Error(`the gateway in ${folder} answered ${answer.status}`);
  });

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
