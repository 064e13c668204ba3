import type { ColumnType } from 'kysely';
import type { CatalogMigration } from '../../catalog/index.ts';
import type { MetricTransformation } from './types.ts';

export interface MetricFiltersTables {
  readonly metric_filters: MetricFiltersTable;
}

/** docs/formats/metric-filters.md */
export interface MetricFiltersTable {
  readonly log_group: string;
  /** Tells a group from a later one of the same name: filters of a group that is gone mean nothing. */
  readonly group_created_ms: number;
  readonly name: string;
  readonly pattern: string;
  /** Written as JSON text, read as an object. */
  readonly transformation: ColumnType<MetricTransformation, string, string>;
  readonly created_ms: number;
  readonly disabled_ms: number | null;
}

export const METRIC_FILTERS_MIGRATIONS: readonly CatalogMigration[] = [
  {
    name: 'metric-filters-0001-filters',
    statements: [
      `CREATE TABLE metric_filters (
        log_group text COLLATE "C" NOT NULL,
        group_created_ms bigint NOT NULL,
        name text COLLATE "C" NOT NULL,
        pattern text NOT NULL,
        transformation jsonb NOT NULL,
        created_ms bigint NOT NULL,
        disabled_ms bigint,
        PRIMARY KEY (log_group, name)
      )`,
    ],
  },
];
