import { createHash } from 'node:crypto';
import type { CellChange, Comparison, Workbook, WorkbookVersion } from '../src/api/types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONES = ['disk-a', 'disk-b', 'remote-s3'];

export interface FakeWorkbook {
  readonly book: Workbook;
  /** Newest first. */
  versions: WorkbookVersion[];
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const PEOPLE = ['mira@example.com', 'tom@example.com', 'ada@example.com'];
const MESSAGES = [
  'October closed, accruals moved to the new cost centres',
  'Corrected the exchange rate of the Nordic subsidiaries',
  '',
  'Board version',
  'Added the sheet for leasing',
  'Headcount plan from HR, 14 new positions',
];

export function fakeVersion(name: string, number: number, committedMs: number): WorkbookVersion {
  const who = PEOPLE[(number * 5 + name.length) % PEOPLE.length] ?? 'mira@example.com';
  return {
    workbook: name,
    number,
    sha256: hashOf(`${name} ${number}`),
    contentHash: `canonical-1:zip:${hashOf(`content ${name} ${number}`)}`,
    format: 'xlsx',
    lengthBytes: 184_320 + number * 3127 + name.length * 40_100,
    author: number % 4 === 1 ? 'Ada Lind' : who,
    message: MESSAGES[number % MESSAGES.length] ?? '',
    committedMs,
    committedBy: who,
    parent: number - 1,
    retainUntilMs: committedMs + 3653 * DAY,
    zones: number % 5 === 3 ? ZONES.slice(0, 2) : ZONES,
    scan: number % 6 === 0 ? 'unscanned' : 'clean',
  };
}

function workbook(nowMs: number, name: string, head: number, stepMs: number): FakeWorkbook {
  const versions = Array.from({ length: head }, (_, back) =>
    fakeVersion(name, head - back, nowMs - 7 * 60_000 - back * stepMs),
  );
  return {
    book: {
      id: `wb_${hashOf(name).slice(0, 8)}`,
      name,
      createdMs: nowMs - head * stepMs,
      createdBy: 'mira@example.com',
      retentionDays: 3653,
      head,
    },
    versions,
  };
}

/** Change for change with the names that companies give their files. */
export function fakeWorkbooks(nowMs: number): FakeWorkbook[] {
  const budget = workbook(nowMs, 'Budget 2026', 12, 29 * HOUR);
  budget.versions = budget.versions.map((version) => {
    if (version.number === 11)
      return { ...version, message: 'restore of version 8', restoredFrom: 8, scan: 'clean' as const };
    if (version.number === 9)
      return {
        ...version,
        scan: 'quarantined' as const,
        scanDetail: 'a macro that starts a program when it is opened',
      };
    return version;
  });
  return [
    budget,
    workbook(nowMs, 'Cash forecast, 13 weeks', 131, 8 * HOUR),
    workbook(nowMs, 'Headcount / HR plan', 4, 6 * DAY),
    workbook(nowMs, 'intercompany.balances.v2', 27, 2 * DAY),
    workbook(nowMs, 'Price list EMEA', 1, 40 * DAY),
  ].sort((a, b) => a.book.name.localeCompare(b.book.name, 'en'));
}

const SHEETS = ['P&L', 'Cost centres', 'FX rates'];
const LISTED_MAX = 400;

function changeOf(index: number): CellChange {
  const sheet = SHEETS[Math.floor(index / 150) % SHEETS.length] ?? 'P&L';
  const cell = `${'BCDEFGH'[index % 7]}${4 + Math.floor(index / 7)}`;
  const amount = 12_400.5 + index * 311;
  if (index % 11 === 3)
    return {
      sheet,
      cell,
      type: 'changed',
      what: 'formula',
      old: { value: amount, formula: `SUM(${cell[0]}2:${cell[0]}3)` },
      new: { value: amount, formula: `SUM(${cell[0]}2:${cell[0]}3)*'FX rates'!$C$4` },
    };
  if (index % 13 === 5) return { sheet, cell, type: 'added', what: 'value', new: { value: 'accrual, see note 4' } };
  if (index % 17 === 8) return { sheet, cell, type: 'removed', what: 'value', old: { value: 'old cost centre 4711' } };
  if (index % 19 === 2)
    return {
      sheet,
      cell,
      type: 'changed',
      what: 'both',
      old: { value: 0.0912, formula: 'B4/B5' },
      new: { value: '#REF!', formula: '#REF!/B5' },
    };
  return { sheet, cell, type: 'changed', what: 'value', old: { value: amount }, new: { value: amount * 1.02 } };
}

const NOTHING = {
  cellsAdded: 0,
  cellsRemoved: 0,
  cellsChanged: 0,
  formulasAdded: 0,
  formulasRemoved: 0,
  formulasChanged: 0,
};

/** Compares by the numbers: version 9 is in quarantine, and a step over many versions has more changes than are listed. */
export function fakeComparison(name: string, from: WorkbookVersion, to: WorkbookVersion): Comparison {
  const head = {
    workbook: name,
    from,
    to,
    sameBytes: from.number === to.number,
    sameContent: from.number === to.number,
  };
  if (from.scan === 'quarantined' || to.scan === 'quarantined')
    return {
      ...head,
      type: 'not-comparable',
      reason: 'quarantined',
      side: from.scan === 'quarantined' ? 'from' : 'to',
      detail: 'a macro that starts a program when it is opened',
    };
  if (head.sameBytes)
    return { ...head, type: 'compared', sheets: [], sheetsUnchanged: 6, totals: NOTHING, changes: [], isCut: false };
  const isCut = Math.abs(to.number - from.number) > 3;
  const changes = Array.from({ length: isCut ? LISTED_MAX : 37 }, (_, index) => changeOf(index));
  const countOf = (list: readonly CellChange[]) => ({
    cellsAdded: list.filter(({ type }) => type === 'added').length,
    cellsRemoved: list.filter(({ type }) => type === 'removed').length,
    cellsChanged: list.filter(({ type }) => type === 'changed').length,
    formulasAdded: 0,
    formulasRemoved: 0,
    formulasChanged: list.filter(({ what }) => what !== 'value').length,
  });
  const totals = countOf(changes);
  const names = [...new Set(changes.map(({ sheet }) => sheet))];
  return {
    ...head,
    type: 'compared',
    sheets: [
      ...names.map((sheet, index) => ({
        name: sheet,
        type: index === 1 ? 'renamed' : 'changed',
        ...(index === 1 ? { oldName: 'Cost centers (old)' } : {}),
        ...countOf(changes.filter((change) => change.sheet === sheet)),
      })),
      ...(isCut ? [{ ...NOTHING, name: 'Leasing', type: 'added', cellsAdded: 2113, formulasAdded: 204 }] : []),
    ],
    sheetsUnchanged: 6,
    totals: isCut ? { ...totals, cellsAdded: totals.cellsAdded + 2113, formulasAdded: 204 } : totals,
    changes,
    isCut,
  };
}
