import { defineFailures } from '../../base/index.ts';

export const BACKUP_PROTOCOL_FAILURES = defineFailures('backup-protocol', {
  urlInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the address of the database is not usable: {reason}',
    hint: 'give it as postgresql://user:password@host:port/database?sslmode=verify-full, with a role that has REPLICATION',
  },
  tlsFileUnreadable: {
    status: 400,
    exit: 'environment',
    message: 'the file {file} named by {parameter} cannot be read: {reason}',
    hint: 'give a PEM file that the user Holdfast runs as can read',
  },
  connectFailed: {
    status: 503,
    exit: 'unavailable',
    message: 'no connection to {hosts}: {reason}',
    hint: 'see that the server runs, that its listen_addresses and firewall let this machine in, and that sslmode fits',
    retryable: true,
  },
  accessRefused: {
    status: 403,
    exit: 'refused',
    message: '{host} refused {user}: {reason}',
    hint: 'check the password, that the role has REPLICATION, and that pg_hba.conf has a line for database "replication" and this machine',
  },
  sessionUnsuitable: {
    status: 503,
    exit: 'unavailable',
    message: 'no host of {hosts} is {wanted}',
    hint: 'change target_session_attrs in the address, or wait for the cluster to choose a leader',
    retryable: true,
  },
  versionUnsupported: {
    status: 400,
    exit: 'environment',
    message: 'the server is version {version}',
    hint: 'use PostgreSQL 14 or newer',
  },
  commandRefused: {
    status: 502,
    exit: 'refused',
    message: 'the server refused {command} ({sqlState}): {reason}',
    hint: 'run `holdfast backup check`; the server log says more',
  },
  slotMissing: {
    status: 404,
    exit: 'notFound',
    message: 'the replication slot {slot} does not exist on the server',
    hint: 'it is made anew when the stream starts; what was written in between may have to be covered by a new snapshot',
  },
  slotInUse: {
    status: 409,
    exit: 'conflict',
    message: 'the replication slot {slot} is in use: {reason}',
    hint: 'only one receiver may use it; end the other or wait until the server notices that it is gone (wal_sender_timeout)',
    retryable: true,
  },
  walRecycled: {
    status: 410,
    exit: 'notFound',
    message: 'the server no longer has the WAL from {lsn} of timeline {timeline}: {reason}',
    hint: 'a new snapshot begins a new window; keep the slot so that it does not happen again',
  },
  connectionLost: {
    status: 503,
    exit: 'unavailable',
    message: 'the connection to {host} ended: {reason}',
    hint: 'it is tried again; see the log of the server when it lasts',
    retryable: true,
  },
  messageBroken: {
    status: 502,
    exit: 'corrupt',
    message: 'the server sent what the protocol does not allow: {reason}',
    hint: 'the connection is made anew; when it lasts, something between Holdfast and the server changes bytes, so use TLS',
    retryable: true,
  },
});
