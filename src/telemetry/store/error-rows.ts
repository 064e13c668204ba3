import { Failure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import { ERROR_EVENTS, ERROR_INBOX, ERROR_SESSIONS } from '../schema/index.ts';
import type { ErrorEventRow, ErrorInboxRow, ErrorSessionRow } from '../types.ts';
import type { RowKind } from './append-rows.ts';
import { encodeMs, encodeText, encodeTextMap, remembering } from './encode-values.ts';

const TIME_MS_MAX = TELEMETRY_LIMITS.timeSecondsMax * 1000;
const INBOX_BYTES = 120;
const EVENT_BYTES = 900;
const SESSION_BYTES = 200;

/** Adds up what rows will take, and refuses them all when one cannot be stored. */
const checkWith =
  <Row>(kind: { readonly why: (row: Row) => string | undefined; readonly bytes: (row: Row) => number }) =>
  (rows: readonly Row[]): number => {
    let bytes = 0;
    for (const [index, row] of rows.entries()) {
      const reason = kind.why(row);
      if (reason !== undefined) throw new Failure(TELEMETRY_FAILURES.rowInvalid, { row: index, reason });
      bytes += kind.bytes(row);
    }
    return bytes;
  };

const whyTime = (name: string, ms: number): string | undefined =>
  ms >= 0 && ms <= TIME_MS_MAX ? undefined : `its ${name} ${ms} is not between 1970 and 2262`;

const whyRetention = (days: number): string | undefined =>
  Number.isInteger(days) && days >= 0 && days <= TELEMETRY_LIMITS.retentionDaysMax
    ? undefined
    : `its retention ${days} is not a whole number of days from 0 to ${TELEMETRY_LIMITS.retentionDaysMax}`;

const inboxBytes = (row: ErrorInboxRow): number => INBOX_BYTES + row.payload.length;

export const ERROR_INBOX_ROWS: RowKind<ErrorInboxRow> = {
  columns: ERROR_INBOX.columns.map((column) => column.name),
  tableOf: () => ERROR_INBOX.name,
  estimateBytes: inboxBytes,
  check: checkWith({ why: (row) => whyTime('time', row.receivedMs), bytes: inboxBytes }),
  encode: (rows, into) => {
    const project = remembering(encodeText);
    for (const row of rows) {
      into.append(
        `[${encodeMs(row.receivedMs)},${encodeText(row.inboxId)},${project(row.projectId)},` +
          `${encodeText(row.eventId)},${encodeText(row.payload)}]\n`,
      );
    }
  },
};

const eventBytes = (row: ErrorEventRow): number =>
  EVENT_BYTES + row.payload.length + row.message.length + row.title.length;

export const ERROR_EVENT_ROWS: RowKind<ErrorEventRow> = {
  columns: ERROR_EVENTS.columns.map((column) => column.name),
  tableOf: () => ERROR_EVENTS.name,
  // An event is looked up by its id within seconds of its acceptance.
  indexOnInsert: true,
  estimateBytes: eventBytes,
  check: checkWith({
    why: (row) =>
      whyTime('time', row.timeMs) ??
      whyTime('time of receipt', row.receivedMs) ??
      whyRetention(row.retentionDays) ??
      (Number.isSafeInteger(row.hashId) && row.hashId >= 0 ? undefined : `its hash ${row.hashId} is no whole number`),
    bytes: eventBytes,
  }),
  encode: (rows, into) => {
    const encode = eventEncoder();
    for (const row of rows) into.append(encode(row));
  },
};

function eventEncoder(): (row: ErrorEventRow) => string {
  const project = remembering(encodeText);
  const platform = remembering(encodeText);
  const release = remembering(encodeText);
  const environment = remembering(encodeText);
  const sdk = remembering(encodeText);
  return (row) =>
    `[${encodeMs(row.timeMs)},${encodeMs(row.receivedMs)},${project(row.projectId)},${row.hashId},` +
    `${encodeText(row.eventId)},${encodeText(row.inboxId)},${encodeText(row.type)},${encodeText(row.level)},` +
    `${platform(row.platform)},${encodeText(row.title)},${encodeText(row.culprit)},${encodeText(row.message)},` +
    `${encodeText(row.transaction)},${release(row.release)},${encodeText(row.dist)},${environment(row.environment)},` +
    `${encodeText(row.serverName)},${encodeText(row.userKey)},${row.handled},${encodeText(row.traceId)},` +
    `${encodeText(row.spanId)},${sdk(row.sdk)},${encodeTextMap(row.tags)},${row.retentionDays},` +
    `${encodeText(row.payload)}]\n`;
}

export const ERROR_SESSION_ROWS: RowKind<ErrorSessionRow> = {
  columns: ERROR_SESSIONS.columns.map((column) => column.name),
  tableOf: () => ERROR_SESSIONS.name,
  estimateBytes: () => SESSION_BYTES,
  check: checkWith({
    why: (row) => whyTime('time', row.timeMs) ?? whyRetention(row.retentionDays) ?? whyCounts(row),
    bytes: () => SESSION_BYTES,
  }),
  encode: (rows, into) => {
    for (const row of rows) {
      into.append(
        `["${String(Math.trunc(row.timeMs / 60_000) * 60).padStart(10, '0')}",${encodeText(row.projectId)},${encodeText(row.release)},` +
          `${encodeText(row.environment)},${row.started},${row.exited},${row.errored},${row.crashed},${row.abnormal},` +
          `${row.unhandled},${encodeText(row.userHash)},${row.retentionDays}]\n`,
      );
    }
  },
};

function whyCounts(row: ErrorSessionRow): string | undefined {
  const { started, exited, errored, crashed, abnormal, unhandled } = row;
  const wrong = [started, exited, errored, crashed, abnormal, unhandled].find((count) => !Number.isSafeInteger(count));
  return wrong === undefined ? undefined : `its count ${wrong} is no whole number`;
}
