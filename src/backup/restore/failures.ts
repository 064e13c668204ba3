import { defineFailures } from '../../base/index.ts';

/** Failures of planning and applying a restore. */
export const BACKUP_RESTORE_FAILURES = defineFailures('backup-restore', {
  noSnapshot: {
    status: 404,
    exit: 'notFound',
    message: 'there is no snapshot of {source} to restore from',
    hint: 'take one: holdfast backup run {source}; see what would hinder it: holdfast backup check {source}',
  },
  snapshotUnknown: {
    status: 404,
    exit: 'notFound',
    message: '{source} has no snapshot {snapshot}',
    hint: 'the newest are {newest}; see all: holdfast backup list {source}',
  },
  targetUnreachable: {
    status: 409,
    exit: 'refused',
    message: '{source} cannot be restored to {target}: {reason}',
    hint: 'restorable are {ranges}',
  },
  walMissing: {
    status: 409,
    exit: 'refused',
    message: '{source} cannot be restored to {target}: WAL is missing from {gap}',
    hint: 'restorable are {ranges}',
  },
  portTaken: {
    status: 409,
    exit: 'conflict',
    message: 'the restored server cannot listen on port {port}: {reason}',
    hint: 'name a port that is free, or restore without one and start it later',
  },
  nameUnknown: {
    status: 404,
    exit: 'notFound',
    message: '{source} has no named point {name}',
    hint: 'named points are {names}',
  },
  nameAmbiguous: {
    status: 409,
    exit: 'conflict',
    message: 'the name {name} was given more than once since the snapshot of {from}',
    hint: 'restore to the time instead: {times}',
  },
  timelineUnknown: {
    status: 404,
    exit: 'notFound',
    message: '{source} has no timeline {timeline}',
    hint: 'known timelines are {timelines}',
  },
  folderNotEmpty: {
    status: 409,
    exit: 'refused',
    message: 'the folder {folder} is not empty: it holds {found}',
    hint: 'give an empty folder, or the one of this very restore after an interruption',
  },
  folderIsCluster: {
    status: 409,
    exit: 'refused',
    message: 'the folder {folder} holds a PostgreSQL cluster ({found}), which is never written over',
    hint: 'restore into an empty folder, look at the result, then put it in place of the old one by hand',
  },
  folderOfOtherRestore: {
    status: 409,
    exit: 'refused',
    message: 'the folder {folder} holds an unfinished restore of another plan: {found}',
    hint: 'finish that one with the same target, or give another folder',
  },
  folderUnusable: {
    status: 400,
    exit: 'environment',
    message: 'the folder {folder} cannot be used: {reason}',
    hint: 'give a folder on a local disk that Holdfast may write to',
  },
  folderBusy: {
    status: 409,
    exit: 'conflict',
    message: 'another process ({pid}) restores into {folder}',
    hint: 'wait for it, or end it',
  },
  diskTooSmall: {
    status: 507,
    exit: 'environment',
    message: 'the restore needs {needed} at {folder}, and {free} are free',
    hint: 'free space there, or restore into a folder of a larger disk',
  },
  pathUnsafe: {
    status: 500,
    exit: 'corrupt',
    message: 'the snapshot {snapshot} names the file {path}, which lies outside of a data folder',
    hint: 'restore an earlier snapshot, and report this: the manifest was not written by a sound server',
  },
  fileDamaged: {
    status: 500,
    exit: 'corrupt',
    message: 'the file {path} came out of the vault with other bytes than the snapshot {snapshot} says',
    hint: 'run: holdfast vault scrub; then apply the same restore again, or choose an earlier snapshot',
  },
  chunkMissing: {
    status: 500,
    exit: 'corrupt',
    message: 'the pack {pack} ended before the bytes at {offset} that the snapshot {snapshot} needs',
    hint: 'run: holdfast vault scrub; then apply the same restore again, or choose an earlier snapshot',
  },
  segmentMissing: {
    status: 500,
    exit: 'corrupt',
    message: 'the WAL segment {segment} of {source} is not in the vault any more',
    hint: 'plan the restore again: what can be reached may have changed',
  },
  versionMissing: {
    status: 409,
    exit: 'environment',
    message: 'the cluster is of PostgreSQL {version}, and this machine can start {found}',
    hint: 'install PostgreSQL {version}, or apply without starting and start it where that version is',
  },
  recoveryFailed: {
    status: 500,
    exit: 'environment',
    message: 'the restored cluster in {folder} did not reach {target}: {reason}',
    hint: 'the files stay; the end of its log was: {lines}',
  },
});
