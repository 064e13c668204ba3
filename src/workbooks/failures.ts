import { defineFailures } from '../base/index.ts';

/** Failures of workbooks and their versions. What a comparison cannot read is a result, not a failure. */
export const WORKBOOKS_FAILURES = defineFailures('workbooks', {
  nameInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the workbook name {workbook} is not allowed: {reason}',
    hint: 'use 1 to 200 characters without control characters, and no space at either end',
  },
  exists: {
    status: 409,
    exit: 'conflict',
    message: 'the workbook {workbook} exists already',
    hint: 'commit to it as it is, or choose another name',
  },
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no workbook {workbook}',
    hint: 'create it first or commit with createMissing; names are case-sensitive',
  },
  versionNotFound: {
    status: 404,
    exit: 'notFound',
    message: 'the workbook {workbook} has no version {version}',
    hint: 'list its versions; a version is named by its number, by `latest` or by the SHA-256 of its bytes',
  },
  textInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the {field} is not allowed: {reason}',
    hint: 'shorten it and leave control characters out',
  },
  retentionInvalid: {
    status: 400,
    exit: 'usage',
    message: 'a retention of {retentionDays} days is not possible',
    hint: 'use a whole number of days from 1 to {max}',
  },
  limitInvalid: {
    status: 400,
    exit: 'usage',
    message: '{name} is {value}, and must be a whole number from 1 to {max}',
    hint: 'ask for a number inside the range and page on with the token for more',
  },
  tokenInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the page token does not belong to this list',
    hint: 'pass the token of the previous page, or start again without one',
  },
  tooManyWorkbooks: {
    status: 429,
    exit: 'limit',
    message: 'there are {count} workbooks already, and the limit is {max}',
    hint: 'commit to an existing workbook: its versions cost no new name',
  },
  tooManyVersions: {
    status: 429,
    exit: 'limit',
    message: 'the workbook {workbook} has {count} versions already, and the limit is {max}',
    hint: 'go on in a workbook of another name, such as one for each year',
  },
  fileTooLarge: {
    status: 413,
    exit: 'limit',
    message: 'the file is larger than {max} bytes',
    hint: 'take pictures or old sheets out of it, or split it into several workbooks',
  },
  tooManyCommits: {
    status: 429,
    exit: 'limit',
    message: 'there are {count} commits under way, and the limit is {max}',
    hint: 'try again when some have ended',
    retryable: true,
  },
  parentMismatch: {
    status: 409,
    exit: 'conflict',
    message: 'the workbook {workbook} is {found}, and not at the version {expected} that this commit goes out from',
    hint: 'look at what was committed meanwhile, take it over into the file, and commit with the newer version as parent',
  },
  clientKeyReused: {
    status: 409,
    exit: 'conflict',
    message: 'the client key was used for version {number} of {workbook}, which has other bytes',
    hint: 'use a new client key for every new commit, and the same one only to repeat the same commit',
  },
  commitRaced: {
    status: 409,
    exit: 'conflict',
    message: 'another process committed to the workbook {workbook} at the same moment',
    hint: 'commit again; with the same client key nothing is stored twice',
    retryable: true,
  },
  scanRefused: {
    status: 422,
    exit: 'refused',
    message: 'the scan refuses the file: {reason}',
    hint: 'clean the file and commit again; nothing of it was stored',
  },
  scanFailed: {
    status: 503,
    exit: 'unavailable',
    message: 'the file was not stored, because it could not be scanned',
    hint: 'see the log of the server for the scanner, and commit again when it works',
    retryable: true,
  },
  quarantined: {
    status: 403,
    exit: 'refused',
    message: 'version {number} of {workbook} is in quarantine: {reason}',
    hint: 'use an earlier version; the bytes stay in the vault as evidence',
  },
  containerDamaged: {
    status: 422,
    exit: 'corrupt',
    message: 'the container of the workbook is damaged: {reason}',
    hint: 'it is kept byte for byte as it was given; open it with the program that made it, which may repair it',
  },
  tooManyComparisons: {
    status: 429,
    exit: 'limit',
    message: 'there are {count} comparisons running or waiting, and the limit is {max}',
    hint: 'try again when some have ended',
    retryable: true,
  },
});
