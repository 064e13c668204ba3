import { CATALOG_LIMITS } from '../../limits.ts';

export interface ServerPlace {
  readonly port: number;
  readonly clusterName: string;
  readonly major: number;
}

/**
 * The settings of the server, as arguments: what counts stands here and not in a file that a person may have
 * edited. No statement, parameter or row detail is ever logged, because it could hold personal data or secrets.
 */
export function serverArguments({ port, clusterName, major }: ServerPlace): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    cluster_name: clusterName,
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: CATALOG_LIMITS.serverConnections,
    superuser_reserved_connections: 3,
    // Durability, and what physical backups of the running server need.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_level: 'replica',
    max_wal_senders: 8,
    max_replication_slots: 8,
    wal_keep_size: '64MB',
    // Backup gives its slot up at this size; the server does so too when nobody is there to do it.
    max_slot_wal_keep_size: '20480MB',
    max_wal_size: '512MB',
    min_wal_size: '64MB',
    checkpoint_timeout: '5min',
    // A machine that also runs ClickHouse: modest memory.
    shared_buffers: '64MB',
    work_mem: '4MB',
    maintenance_work_mem: '64MB',
    effective_cache_size: '256MB',
    max_worker_processes: 4,
    max_parallel_workers: 2,
    jit: 'off',
    ...(major >= 18 ? { io_method: 'sync' } : {}),
    // The log goes to stderr, which is a file that Holdfast watches.
    logging_collector: 'off',
    log_destination: 'stderr',
    log_statement: 'none',
    log_min_duration_statement: -1,
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length: 0,
    log_parameter_max_length_on_error: 0,
    log_line_prefix: '%m [%p] ',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
