import { defineLimits, KiB, MINUTE_MS, MiB, SECOND_MS } from '../../base/index.ts';

export const BACKUP_PROTOCOL_LIMITS = defineLimits('backup-protocol', {
  connectMs: {
    value: 10 * SECOND_MS,
    unit: 'ms',
    reason: 'one host, from TCP to ready; the next host or the next try follows',
  },
  commandMs: {
    value: MINUTE_MS,
    unit: 'ms',
    reason: 'a command that answers at once, such as IDENTIFY_SYSTEM, when the server hangs',
  },
  hostsMax: { value: 16, unit: 'count', reason: 'members of a cluster; each costs a connection attempt' },
  messageBytesMax: {
    value: 16 * MiB,
    unit: 'bytes',
    reason: 'servers send at most 128 KiB of WAL or backup at once; a longer length is a changed byte',
  },
  receiveBytesMax: {
    value: 4 * MiB,
    unit: 'bytes',
    reason: 'read ahead of the consumer; past it the socket is paused and TCP slows the server',
  },
  receiveBytesLow: { value: 1 * MiB, unit: 'bytes', reason: 'the socket reads on below it' },
  readBytes: { value: 64 * KiB, unit: 'bytes', reason: 'room for one read of a socket; the kernel rarely has more' },
  lentBytes: { value: MiB, unit: 'bytes', reason: 'one buffer that a base backup is read into; they go round' },
  rowsMax: { value: 10_000, unit: 'count', reason: 'rows of a command: one for each tablespace at most' },
  historyBytesMax: { value: 256 * KiB, unit: 'bytes', reason: 'a line for each promotion since initdb' },
  serverVersionMin: { value: 140_000, unit: 'count', reason: 'older servers lack what a checked backup needs' },
});
