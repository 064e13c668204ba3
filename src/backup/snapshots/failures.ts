import { defineFailures } from '../../base/index.ts';

export const BACKUP_SNAPSHOT_FAILURES = defineFailures('backup-snapshot', {
  archiveInvalid: {
    status: 502,
    exit: 'corrupt',
    message: 'the base backup of {source} cannot be read: {reason}',
    hint: 'take the snapshot again; when it fails again, something between Holdfast and the server changes the bytes',
    retryable: true,
  },
  fileDiffers: {
    status: 502,
    exit: 'corrupt',
    message: 'the file {path} of the base backup of {source} is not what the server sent it as: {reason}',
    hint: 'take the snapshot again; when it fails again, check the memory and the network of both machines',
    retryable: true,
  },
  manifestInvalid: {
    status: 502,
    exit: 'corrupt',
    message: 'the list of files that the server of {source} sent cannot be trusted: {reason}',
    hint: 'take the snapshot again; PostgreSQL 14 to 18 send lists that are understood',
    retryable: true,
  },
  tooManyFiles: {
    status: 507,
    exit: 'limit',
    message: 'the cluster of {source} has more than {filesMax} files',
    hint: 'see the limits of backup; a cluster with that many files has to be divided',
  },
  sourceChanged: {
    status: 409,
    exit: 'conflict',
    message: 'the base backup of {source} came from another cluster: {found} instead of {expected}',
    hint: 'another cluster answers at the address; put it under backup by a name of its own',
  },
  packGone: {
    status: 503,
    exit: 'unavailable',
    message: 'a pack that the snapshot of {source} builds upon is gone: {pack}',
    hint: 'take the snapshot again; it will not build upon that pack',
    retryable: true,
  },
  formatUnknown: {
    status: 500,
    exit: 'corrupt',
    message: 'the list {item} of a snapshot cannot be read: {reason}',
    hint: 'it is whole as the vault proved, so it was written by another version of Holdfast: use that version',
  },
  chunkShort: {
    status: 500,
    exit: 'corrupt',
    message: 'the pack {pack} ends before the chunk at {offset}',
    hint: 'choose another snapshot, and report this: the vault proved the pack whole',
  },
});
