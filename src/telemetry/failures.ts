import { defineFailures } from '../base/index.ts';

/** Failures of the telemetry store. */
export const TELEMETRY_FAILURES = defineFailures('telemetry', {
  overloaded: {
    status: 503,
    exit: 'limit',
    message: 'the log store has taken all it can for now: {limit} is {max} and {now} are in use',
    hint: 'send the same rows again after the time in Retry-After; nothing of this call was stored',
    retryable: true,
  },
  diskFull: {
    status: 503,
    exit: 'limit',
    message: 'the disk of the log store has {freeBytes} bytes free, fewer than the {freeBytesMin} that must stay free',
    hint: 'free disk space, shorten the retention of log groups, or move the data folder; nothing of this call was stored',
    retryable: true,
  },
  rowInvalid: {
    status: 400,
    exit: 'usage',
    message: 'row {row} cannot be stored: {reason}',
    hint: 'correct the row; no row of this call was stored',
  },
  rowRefused: {
    status: 400,
    exit: 'usage',
    message: 'the engine refused a row of this call with {engineError}',
    hint: 'send the rows in smaller calls to find the one that is refused; rows of other calls are not affected',
  },
  insertFailed: {
    status: 503,
    exit: 'unavailable',
    message: 'the engine could not store the rows: {engineError}',
    hint: 'send the same rows again; if it lasts, look at the disk and the memory of the engine with "holdfast status"',
    retryable: true,
  },
  queryTimeout: {
    status: 504,
    exit: 'limit',
    message: 'the query was stopped after {timeoutMs} ms',
    hint: 'ask for a shorter time range or fewer log groups, or filter on fields before parsing',
  },
  queryMemory: {
    status: 422,
    exit: 'limit',
    message: 'the query was stopped because it needed more than {memoryBytesMax} bytes of memory',
    hint: 'ask for a shorter time range, or group by fields with fewer different values',
  },
  queryTooManyRows: {
    status: 422,
    exit: 'limit',
    message: 'the query was stopped because its result passed {rowsMax} rows or {bytesMax} bytes',
    hint: 'add a limit, or ask for fewer fields',
  },
  queryCancelled: {
    status: 499,
    exit: 'limit',
    message: 'the query was cancelled',
    hint: 'start it again if its answer is still wanted',
  },
  queryRefused: {
    status: 500,
    exit: 'bug',
    message: 'the engine refused a query with {engineError}',
    hint: 'this is a defect of the program: report it with the code of the engine',
  },
  queryBusy: {
    status: 429,
    exit: 'limit',
    message: 'there are {waiting} queries waiting already',
    hint: 'try again when some of them have ended',
    retryable: true,
  },
  engineUnavailable: {
    status: 503,
    exit: 'unavailable',
    message: 'the telemetry engine does not answer: {engineError}',
    hint: 'check that the engine at {where} runs and can be reached',
    retryable: true,
  },
  engineRefused: {
    status: 500,
    exit: 'environment',
    message: 'the telemetry engine at {where} refused what the start needs: {engineError}',
    hint: 'use ClickHouse 26.2 or newer, and a user that may create the database holdfast and its tables',
  },
  engineMissing: {
    status: 500,
    exit: 'environment',
    message: 'the embedded engine cannot be loaded: {reason}',
    hint: 'install the optional package "chdb" (Linux with glibc or macOS), or name a ClickHouse server in the options',
  },
  folderInUse: {
    status: 500,
    exit: 'environment',
    message: 'the data folder {folder} is in use by the process {pid}',
    hint: 'stop that process first; if it does not exist any more, remove {lockFile}',
  },
  schemaTooNew: {
    status: 500,
    exit: 'environment',
    message: 'the telemetry data has schema version {stored}, and this program knows versions up to {known}',
    hint: 'run the version of Holdfast that wrote it, or a newer one',
  },
  closed: {
    status: 503,
    exit: 'unavailable',
    message: 'the log store is closing',
    hint: 'send the same rows again when the program has started again',
    retryable: true,
  },
});
