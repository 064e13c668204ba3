import { auditEntry } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import type { CompiledQuery } from '../insights/index.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import type { LogQueryVerbs } from '../service.ts';
import { chooseGroups } from './choose-groups.ts';
import { checkQueryRequest, compileQuery } from './compile-query.ts';

type Facets = Awaited<ReturnType<LogQueryVerbs['facets']>>;

interface FacetRow {
  readonly field: string;
  readonly value: string;
  readonly records: string;
}

/** The most frequent values of the fixed fields, and of the attributes that have few values. */
export const facets =
  (context: LogsContext): LogQueryVerbs['facets'] =>
  async (actor, request) => {
    const groups = await chooseGroups(context, actor, request.logGroups);
    checkQueryRequest(request);
    const compiled = compileQuery(context, request, groups);
    const logGroups = groups.map((group) => group.name);
    const call = { eventName: 'GetLogFacets', readOnly: true, category: 'Data', logGroups } as const;
    context.audit.count(auditEntry(actor, call), { events: 1, bytes: 0 });
    if (groups.length === 0) return [];
    const fixed = await ask(context, compiled, fixedSql(compiled));
    const attributes = await ask(context, compiled, attributesSql(compiled));
    return [...gather(fixed), ...gather(attributes)];
  };

async function ask({ telemetry }: LogsContext, compiled: CompiledQuery, sql: string): Promise<readonly FacetRow[]> {
  const { rows } = await telemetry.query<FacetRow>({
    sql,
    params: compiled.filterParams,
    timeoutMs: LOGS_LIMITS.facetsMs,
  });
  return rows;
}

/** The names are those of the query language, so that a value can be clicked into a filter. */
const fixedSql = ({ filterSql }: CompiledQuery): string => `
  SELECT facet.1 AS field, facet.2 AS value, count() AS records
  FROM (
    SELECT arrayJoin([('@log', toString(log_group)), ('service', toString(service)),
      ('severityText', toString(severity_text)), ('@logStream', log_stream)]) AS facet
    FROM ${LOGS_TABLE} WHERE ${filterSql}
  )
  WHERE value != ''
  GROUP BY field, value
  ORDER BY indexOf(['@log', 'service', 'severityText', '@logStream'], field), records DESC, value
  LIMIT ${LOGS_LIMITS.facetValuesMax} BY field`;

/** Counted over a part of the records when there are very many; long values are identities and no facets. */
const attributesSql = ({ filterSql }: CompiledQuery): string => `
  SELECT field, value, records
  FROM (
    SELECT field, value, records, sum(records) OVER (PARTITION BY field) AS total,
      count() OVER (PARTITION BY field) AS different
    FROM (
      SELECT toString(pair.1) AS field, pair.2 AS value, count() AS records
      FROM (
        SELECT arrayJoin(arrayConcat(
          arrayZip(mapKeys(attributes_string), mapValues(attributes_string)),
          arrayZip(mapKeys(attributes_bool), arrayMap(flag -> toString(flag), mapValues(attributes_bool))))) AS pair
        FROM (
          SELECT attributes_string, attributes_bool FROM ${LOGS_TABLE} WHERE ${filterSql}
          LIMIT ${LOGS_LIMITS.facetRowsMax}
        )
      )
      WHERE length(value) BETWEEN 1 AND 128
      GROUP BY field, value
    )
  )
  WHERE different <= ${LOGS_LIMITS.facetDistinctMax}
  ORDER BY total DESC, field, records DESC, value
  LIMIT ${LOGS_LIMITS.facetValuesMax} BY field
  LIMIT ${LOGS_LIMITS.facetFieldsMax * LOGS_LIMITS.facetValuesMax}`;

function gather(rows: readonly FacetRow[]): Facets {
  const fields = new Map<string, { value: string; count: number }[]>();
  for (const { field, value, records } of rows) {
    const values = fields.get(field) ?? [];
    values.push({ value, count: Number(records) });
    fields.set(field, values);
  }
  return [...fields].slice(0, LOGS_LIMITS.facetFieldsMax).map(([field, values]) => ({ field, values }));
}
