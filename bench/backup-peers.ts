import { existsSync } from 'node:fs';
import path from 'node:path';
import { CLIENT_PROGRAMS, runAsServerUser, type TestPostgres } from '../test/backup/postgres.ts';
import { runTimed } from './backup-source.ts';

/** The peers of `npm run bench backup`: programs of others, run as the server's user. Each verb gives processor seconds. */
export const PGBACKREST = '/usr/bin/pgbackrest';
export const hasPgBackRest = existsSync(PGBACKREST);
export const PROCESSES = 2;

const connection = (server: TestPostgres): readonly string[] => [
  ...['-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres', '--checkpoint=fast'],
];

/** The bytes alone, to nowhere: what the server and its protocol allow at most. */
export const baseBackupToNowhere = (server: TestPostgres): Promise<number> =>
  runTimed(
    [path.join(CLIENT_PROGRAMS, 'pg_basebackup'), ...connection(server), '-D', '-', '-F', 'tar', '-X', 'fetch'],
    '> /dev/null',
  );

export const baseBackupToFolder = (server: TestPostgres, folder: string): Promise<number> =>
  runTimed([path.join(CLIENT_PROGRAMS, 'pg_basebackup'), ...connection(server), '-D', folder, '-F', 'plain']);

export interface BackRest {
  readonly repository: string;
  readonly backup: (type: 'full' | 'incr') => Promise<number>;
  readonly restore: (folder: string) => Promise<number>;
}

/** A repository of its own. Not encrypted, which costs it less than what it is held against. */
export async function newBackRest(server: TestPostgres, folder: string, socketFolder: string): Promise<BackRest> {
  const repository = path.join(folder, 'repository');
  await runAsServerUser('/bin/mkdir', ['-p', repository, path.join(folder, 'lock')]);
  const common = [
    ...['--stanza=bench', '--config=/dev/null', '--log-level-console=warn', '--log-level-file=off'],
    ...[`--repo1-path=${repository}`, `--lock-path=${path.join(folder, 'lock')}`, `--process-max=${PROCESSES}`],
    ...[`--pg1-port=${server.port}`, `--pg1-socket-path=${socketFolder}`, '--pg1-user=postgres'],
  ];
  const source = `--pg1-path=${server.dataFolder}`;
  const run = (verb: string, ...more: readonly string[]): Promise<number> =>
    runTimed([PGBACKREST, ...common, ...more.filter((word) => word !== ''), verb]);
  // Options that one verb does not know are refused.
  await runTimed([PGBACKREST, ...common.filter((word) => !word.startsWith('--process-max')), source, 'stanza-create']);
  return {
    repository,
    backup: (type) =>
      run(
        'backup',
        ...[source, `--type=${type}`, '--compress-type=zst', '--compress-level=3', '--repo1-bundle=y'],
        ...['--start-fast', '--no-archive-check', '--repo1-retention-full=2'],
      ),
    restore: async (into) => {
      await runAsServerUser('/bin/mkdir', ['-m', '700', into]);
      const withoutServer = common.filter((word) => !/^--pg1-(port|socket-path|user)/.test(word));
      return runTimed([PGBACKREST, ...withoutServer, `--pg1-path=${into}`, '--type=none', 'restore']);
    },
  };
}
