import { Failure, type Log } from '../../base/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { LogGroup } from '../../logs/index.ts';
import type { ActiveFilter } from './apply-filters.ts';
import { type CompiledFilter, compileFilter, hasRegex } from './compile-filter.ts';
import { METRICS_FILTERS_FAILURES } from './failures.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';
import type { MetricFiltersTables } from './migrations.ts';
import { createPairCount } from './pair-count.ts';
import type { MetricFilter } from './types.ts';

/**
 * All filters in memory, written through to the catalog: what is in the catalog after a change is what works. One
 * process owns the table; a second would not be noticed.
 */
export interface FilterTable {
  readonly activeOf: (group: LogGroup) => readonly ActiveFilter[];
  readonly withDefault: () => readonly ActiveFilter[];
  readonly of: (group: LogGroup) => readonly MetricFilter[];
  readonly groupNames: () => readonly string[];
  readonly count: (group: LogGroup) => number;
  readonly put: (group: LogGroup, compiled: CompiledFilter) => Promise<void>;
  /** False when there was none of that name. */
  readonly remove: (group: LogGroup, name: string) => Promise<boolean>;
  readonly disable: (filter: ActiveFilter, nowMs: number) => Promise<void>;
  readonly status: () => { readonly filters: number; readonly disabled: number };
}

interface Entry {
  readonly groupCreatedMs: number;
  readonly filters: Map<string, ActiveFilter>;
  /** Those that are on; made anew at each change, so that the stream reads it without work. */
  active: readonly ActiveFilter[];
}

const NONE: readonly ActiveFilter[] = [];

export async function createFilterTable(catalog: Catalog, log: Log): Promise<FilterTable> {
  const db = catalog.db<MetricFiltersTables>();
  const entries = await load(catalog, log);
  const entryOf = (group: LogGroup): Entry | undefined => {
    const entry = entries.get(group.name);
    return entry?.groupCreatedMs === group.createdMs ? entry : undefined;
  };
  const all = (): readonly ActiveFilter[] => [...entries.values()].flatMap(({ filters }) => [...filters.values()]);
  return {
    activeOf: (group) => (entries.size === 0 ? NONE : (entryOf(group)?.active ?? NONE)),
    withDefault: () => all().filter(({ compiled }) => compiled.filter.transformation.defaultValue !== undefined),
    of: (group) => [...(entryOf(group)?.filters.values() ?? [])].map(({ compiled }) => compiled.filter),
    groupNames: () => [...entries.keys()].sort(),
    count: (group) => entryOf(group)?.filters.size ?? 0,
    status: () => ({ filters: all().length, disabled: all().filter(isDisabled).length }),
    put: async (group, compiled) => {
      const { filter } = compiled;
      const entry = entryOf(group) ?? { groupCreatedMs: group.createdMs, filters: new Map(), active: NONE };
      refuseTooMany(entry, compiled);
      await store(catalog, group, filter);
      entry.filters.set(filter.name, activate(compiled));
      entries.set(group.name, refresh(entry));
    },
    remove: async (group, name) => {
      const entry = entryOf(group);
      if (entry?.filters.has(name) !== true) return false;
      await db.deleteFrom('metric_filters').where('log_group', '=', group.name).where('name', '=', name).execute();
      entry.filters.delete(name);
      if (entry.filters.size === 0) entries.delete(group.name);
      else refresh(entry);
      return true;
    },
    disable: async (filter, nowMs) => {
      const { logGroup, name } = filter.compiled.filter;
      const entry = entries.get(logGroup);
      // It may have been replaced meanwhile; the new one begins anew.
      if (entry?.filters.get(name) !== filter) return;
      entry.filters.set(
        name,
        activate({ ...filter.compiled, filter: { ...filter.compiled.filter, disabledMs: nowMs } }),
      );
      refresh(entry);
      await db
        .updateTable('metric_filters')
        .set({ disabled_ms: nowMs })
        .where('log_group', '=', logGroup)
        .where('name', '=', name)
        .execute();
    },
  };
}

const isDisabled = ({ compiled }: ActiveFilter): boolean => compiled.filter.disabledMs !== undefined;

const activate = (compiled: CompiledFilter): ActiveFilter => ({
  compiled,
  key: JSON.stringify([compiled.filter.logGroup, compiled.filter.name]),
  pairs: createPairCount(),
  minute: undefined,
});

function refresh(entry: Entry): Entry {
  entry.active = [...entry.filters.values()].filter((filter) => !isDisabled(filter));
  return entry;
}

function refuseTooMany(entry: Entry, { filter, pattern }: CompiledFilter): void {
  const others = [...entry.filters.values()].filter((other) => other.compiled.filter.name !== filter.name);
  const { perGroup, regexFiltersPerGroup } = METRICS_FILTERS_LIMITS;
  if (others.length >= perGroup) {
    throw new Failure(METRICS_FILTERS_FAILURES.tooMany, { logGroup: filter.logGroup, max: perGroup });
  }
  const regexes = others.filter((other) => hasRegex(other.compiled.pattern)).length;
  if (hasRegex(pattern) && regexes >= regexFiltersPerGroup) {
    const reason = `the log group has ${regexFiltersPerGroup} filters with regular expressions, which is the limit`;
    throw new Failure(METRICS_FILTERS_FAILURES.invalid, { parameter: 'filterPattern', reason });
  }
}

/** Filters of an earlier group of that name go in the same transaction. */
const store = (catalog: Catalog, group: LogGroup, filter: MetricFilter): Promise<void> =>
  catalog.transaction<MetricFiltersTables, void>(async (trx) => {
    await trx
      .deleteFrom('metric_filters')
      .where('log_group', '=', group.name)
      .where(({ eb, or }) => or([eb('group_created_ms', '!=', group.createdMs), eb('name', '=', filter.name)]))
      .execute();
    await trx
      .insertInto('metric_filters')
      .values({
        log_group: group.name,
        group_created_ms: group.createdMs,
        name: filter.name,
        pattern: filter.pattern,
        transformation: JSON.stringify(filter.transformation),
        created_ms: filter.createdMs,
        disabled_ms: null,
      })
      .execute();
  });

async function load(catalog: Catalog, log: Log): Promise<Map<string, Entry>> {
  const rows = await catalog.db<MetricFiltersTables>().selectFrom('metric_filters').selectAll().execute();
  const entries = new Map<string, Entry>();
  for (const row of rows) {
    const filter: MetricFilter = {
      logGroup: row.log_group,
      name: row.name,
      pattern: row.pattern,
      transformation: row.transformation,
      createdMs: row.created_ms,
      ...(row.disabled_ms === null ? {} : { disabledMs: row.disabled_ms }),
    };
    const entry = entries.get(row.log_group) ?? {
      groupCreatedMs: row.group_created_ms,
      filters: new Map<string, ActiveFilter>(),
      active: NONE,
    };
    try {
      entry.filters.set(filter.name, activate(compileFilter(filter)));
    } catch (error) {
      // It was accepted by a release with other rules; the others must work on.
      log.error({ err: error, logGroup: filter.logGroup, filter: filter.name }, 'a stored metric filter is not valid');
    }
    entries.set(row.log_group, refresh(entry));
  }
  return entries;
}
