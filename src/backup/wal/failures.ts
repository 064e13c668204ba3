import { defineFailures } from '../../base/index.ts';

export const BACKUP_WAL_FAILURES = defineFailures('backup-wal', {
  walCorrupt: {
    status: 502,
    exit: 'corrupt',
    message: 'the WAL at {lsn} of timeline {timeline} is damaged: {reason}',
    hint: 'nothing of it was kept; it is asked for again from the last good record, and when it lasts look at the disk and memory of the source',
    retryable: true,
  },
  otherCluster: {
    status: 409,
    exit: 'refused',
    message: 'the cluster at the address of {source} has the system identifier {found}, not {pinned}',
    hint: 'register another cluster under a name of its own; a cluster that was made anew with initdb is another one',
  },
  timelineBehind: {
    status: 409,
    exit: 'unavailable',
    message: '{host} is on timeline {found}, and {source} was followed to timeline {known} already',
    hint: 'it is a former leader; see that the address leads to the present one, or rejoin it with pg_rewind',
    retryable: true,
  },
  serverBehind: {
    status: 409,
    exit: 'unavailable',
    message: '{host} has WAL to {found}, and {source} was received to {known} already',
    hint: 'a standby catches up by itself; a primary that lost WAL it had written has a disk that does not keep what it confirms',
    retryable: true,
  },
  settingsChanged: {
    status: 409,
    exit: 'conflict',
    message: 'the WAL segments of {source} have {found} bytes, and {known} bytes in the vault',
    hint: 'the cluster was changed by pg_resetwal; register it under a new name',
  },
  segmentIncomplete: {
    status: 500,
    exit: 'corrupt',
    message: 'the parts of segment {segment} of {source} do not make it whole: {reason}',
    hint: 'run `holdfast vault verify`; the parts stay as they are',
  },
  streamSilent: {
    status: 503,
    exit: 'unavailable',
    message: 'the server of {source} said nothing for {ms} ms',
    hint: 'the connection is made anew; look at the network when it lasts',
    retryable: true,
  },
  walOutOfOrder: {
    status: 502,
    exit: 'corrupt',
    message: 'the server of {source} sent WAL from {found} where {wanted} was due',
    hint: 'the connection is made anew',
    retryable: true,
  },
  slotGivenUp: {
    status: 507,
    exit: 'limit',
    message:
      'the slot {slot} held back {bytes} bytes of WAL on the source of {source}, more than {most}, and was dropped',
    hint: 'see why the vault took nothing; a new slot and a new snapshot begin by themselves once it does',
    retryable: true,
  },
});
