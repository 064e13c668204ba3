import { WORKBOOKS_LIMITS } from '../limits.ts';
import type { CellChange, CellContent, ChangeCounts, SheetChange } from '../types.ts';
import { cellName, type Sheet } from './book.ts';

export interface BookDifference {
  readonly sheets: readonly SheetChange[];
  readonly sheetsUnchanged: number;
  readonly totals: ChangeCounts;
  readonly changes: readonly CellChange[];
  readonly isCut: boolean;
}

export interface DiffLimits {
  readonly detailsMax: number;
  readonly textChars: number;
}

interface Pair {
  readonly old?: Sheet;
  readonly new?: Sheet;
}

const NO_CELLS: ReadonlyMap<number, CellContent> = new Map();

/**
 * Cell by cell at the same place: a row put in moves what is below it, and all of that counts as changed. Counts are
 * exact; details end at the limit. Pure.
 */
export function diffBooks(from: readonly Sheet[], to: readonly Sheet[], limits: DiffLimits): BookDifference {
  const details = createDetails(limits);
  const sheets: SheetChange[] = [];
  let sheetsUnchanged = 0;
  const totals = noChanges();
  for (const pair of pairSheets(from, to)) {
    const name = pair.new?.name ?? pair.old?.name ?? '';
    const counts = diffCells(name, pair, details);
    addCounts(totals, counts);
    const type = typeOf(pair, counts);
    if (type === undefined) sheetsUnchanged += 1;
    else sheets.push({ name, type, ...(type === 'renamed' ? { oldName: pair.old?.name ?? '' } : {}), ...counts });
  }
  return { sheets, sheetsUnchanged, totals, changes: details.changes, isCut: details.isCut() };
}

function typeOf({ old, new: current }: Pair, counts: ChangeCounts): SheetChange['type'] | undefined {
  if (old === undefined) return 'added';
  if (current === undefined) return 'removed';
  if (old.name !== current.name) return 'renamed';
  return counts.cellsAdded + counts.cellsRemoved + counts.cellsChanged > 0 ? 'changed' : undefined;
}

/** By name first, in the order of the newer file; then renamed ones; removed ones last. */
function pairSheets(from: readonly Sheet[], to: readonly Sheet[]): readonly Pair[] {
  const oldByName = new Map(from.map((sheet) => [sheet.name, sheet]));
  const newNames = new Set(to.map((sheet) => sheet.name));
  const removed = from.filter((sheet) => !newNames.has(sheet.name));
  const added = to.filter((sheet) => !oldByName.has(sheet.name));
  const renamed = findRenamed(removed, added);
  const oldOf = (sheet: Sheet): Sheet | undefined => oldByName.get(sheet.name) ?? renamed.get(sheet);
  const taken = new Set(renamed.values());
  return [
    ...to.map((sheet): Pair => {
      const old = oldOf(sheet);
      return old === undefined ? { new: sheet } : { old, new: sheet };
    }),
    ...removed.filter((sheet) => !taken.has(sheet)).map((sheet): Pair => ({ old: sheet })),
  ];
}

const RENAMED_SHARE_MIN = 0.5;

/** A new name for a sheet of which at least half of the cells are where they were; the most alike pairs first. */
function findRenamed(removed: readonly Sheet[], added: readonly Sheet[]): ReadonlyMap<Sheet, Sheet> {
  const renamed = new Map<Sheet, Sheet>();
  if (removed.length * added.length > WORKBOOKS_LIMITS.compareRenamePairsMax) return renamed;
  const pairs = added.flatMap((sheet) => removed.map((old) => ({ sheet, old, share: shareOfEqual(old, sheet) })));
  pairs.sort((one, other) => other.share - one.share);
  const taken = new Set<Sheet>();
  for (const { sheet, old, share } of pairs) {
    if (share < RENAMED_SHARE_MIN || renamed.has(sheet) || taken.has(old)) continue;
    renamed.set(sheet, old);
    taken.add(old);
  }
  return renamed;
}

function shareOfEqual(old: Sheet, current: Sheet): number {
  const most = Math.max(old.cells.size, current.cells.size);
  // Two empty sheets are alike in nothing that could be told.
  if (most === 0 || Math.min(old.cells.size, current.cells.size) < most * RENAMED_SHARE_MIN) return 0;
  let equal = 0;
  for (const [place, cell] of old.cells) if (whatDiffers(cell, current.cells.get(place)) === undefined) equal += 1;
  return equal / most;
}

function diffCells(sheet: string, pair: Pair, details: Details): ChangeCounts {
  const counts = noChanges();
  const old = pair.old?.cells ?? NO_CELLS;
  const current = pair.new?.cells ?? NO_CELLS;
  for (const place of placesInOrder(old, current)) {
    const before = old.get(place);
    const after = current.get(place);
    const what = whatDiffers(before, after);
    if (what === undefined) continue;
    const type = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
    countCell(counts, type);
    if (what !== 'value') countFormula(counts, before?.formula, after?.formula);
    details.add({ sheet, place, type, what, old: before, new: after });
  }
  return counts;
}

/** Numbers sort row by row because of how places are made. */
function placesInOrder(old: ReadonlyMap<number, CellContent>, current: ReadonlyMap<number, CellContent>): Float64Array {
  const places = new Set(old.keys());
  for (const place of current.keys()) places.add(place);
  return Float64Array.from(places).sort();
}

function whatDiffers(before: CellContent | undefined, after: CellContent | undefined): CellChange['what'] | undefined {
  const isValue = !Object.is(before?.value, after?.value);
  const isFormula = before?.formula !== after?.formula;
  if (isValue && isFormula) return 'both';
  if (isFormula) return 'formula';
  return isValue ? 'value' : undefined;
}

type Counts = { -readonly [Name in keyof ChangeCounts]: number };

const noChanges = (): Counts => ({
  cellsAdded: 0,
  cellsRemoved: 0,
  cellsChanged: 0,
  formulasAdded: 0,
  formulasRemoved: 0,
  formulasChanged: 0,
});

function addCounts(totals: Counts, counts: ChangeCounts): void {
  totals.cellsAdded += counts.cellsAdded;
  totals.cellsRemoved += counts.cellsRemoved;
  totals.cellsChanged += counts.cellsChanged;
  totals.formulasAdded += counts.formulasAdded;
  totals.formulasRemoved += counts.formulasRemoved;
  totals.formulasChanged += counts.formulasChanged;
}

function countCell(counts: Counts, type: CellChange['type']): void {
  if (type === 'added') counts.cellsAdded += 1;
  else if (type === 'removed') counts.cellsRemoved += 1;
  else counts.cellsChanged += 1;
}

function countFormula(counts: Counts, before: string | undefined, after: string | undefined): void {
  if (before === undefined) counts.formulasAdded += 1;
  else if (after === undefined) counts.formulasRemoved += 1;
  else counts.formulasChanged += 1;
}

interface Details {
  readonly changes: readonly CellChange[];
  readonly isCut: () => boolean;
  readonly add: (
    change: Pick<CellChange, 'sheet' | 'type' | 'what'> & {
      readonly place: number;
      readonly old: CellContent | undefined;
      readonly new: CellContent | undefined;
    },
  ) => void;
}

function createDetails({ detailsMax, textChars }: DiffLimits): Details {
  const changes: CellChange[] = [];
  let isCut = false;
  const short = (text: string): string => {
    if (text.length <= textChars) return text;
    isCut = true;
    return `${text.slice(0, textChars - 1)}…`;
  };
  const shown = (content: CellContent): CellContent => ({
    value: typeof content.value === 'string' ? short(content.value) : content.value,
    ...(content.formula === undefined ? {} : { formula: short(content.formula) }),
  });
  return {
    changes,
    isCut: () => isCut,
    add: ({ sheet, place, type, what, old, new: current }) => {
      if (changes.length >= detailsMax) {
        isCut = true;
        return;
      }
      changes.push({
        sheet,
        cell: cellName(place),
        type,
        what,
        ...(old === undefined ? {} : { old: shown(old) }),
        ...(current === undefined ? {} : { new: shown(current) }),
      });
    },
  };
}
