import { auditEntry } from '../audited.ts';
import type { LogsContext } from '../context.ts';
import { type CompiledQuery, knownFields } from '../insights/index.ts';
import { LOGS_LIMITS } from '../limits.ts';
import { LOGS_TABLE } from '../logs-table.ts';
import type { LogQueryVerbs } from '../service.ts';
import { chooseGroups } from './choose-groups.ts';
import { checkQueryRequest, compileQuery } from './compile-query.ts';

type Field = Awaited<ReturnType<LogQueryVerbs['fields']>>[number];

/** Names for completion: the fixed ones, then attributes by how often they occur, then keys of JSON bodies. */
export const fields =
  (context: LogsContext): LogQueryVerbs['fields'] =>
  async (actor, request) => {
    const groups = await chooseGroups(context, actor, request.logGroups);
    checkQueryRequest(request);
    const compiled = compileQuery(context, { ...request, query: 'fields @timestamp' }, groups);
    const logGroups = groups.map((group) => group.name);
    const call = { eventName: 'GetLogGroupFields', readOnly: true, category: 'Data', logGroups } as const;
    context.audit.count(auditEntry(actor, call), { events: 1, bytes: 0 });
    const fixed: readonly Field[] = knownFields.map(({ name, type }) => ({ name, type }));
    if (groups.length === 0) return fixed;
    const seen = [...(await attributeFields(context, compiled)), ...(await bodyFields(context, compiled))];
    const byName = new Map([...fixed, ...seen].reverse().map((field) => [field.name, field]));
    return [...byName.values()].reverse().slice(0, LOGS_LIMITS.fieldsMax);
  };

async function attributeFields({ telemetry }: LogsContext, compiled: CompiledQuery): Promise<readonly Field[]> {
  const { rows } = await telemetry.query<{ readonly name: string; readonly type: Field['type'] }>({
    sql: `SELECT toString(field.1) AS name, field.2 AS type, count() AS records
      FROM (
        SELECT arrayJoin(arrayConcat(
          arrayMap(key -> (toString(key), 'string'), mapKeys(attributes_string)),
          arrayMap(key -> (toString(key), 'number'), mapKeys(attributes_number)),
          arrayMap(key -> (toString(key), 'boolean'), mapKeys(attributes_bool)),
          arrayMap(key -> (concat('resource.', key), 'string'), mapKeys(resource)))) AS field
        FROM (
          SELECT attributes_string, attributes_number, attributes_bool, resource
          FROM ${LOGS_TABLE} WHERE ${compiled.filterSql} LIMIT ${LOGS_LIMITS.fieldRowsMax}
        )
      )
      GROUP BY name, type ORDER BY records DESC, name LIMIT ${LOGS_LIMITS.fieldsMax}`,
    params: compiled.filterParams,
    timeoutMs: LOGS_LIMITS.facetsMs,
  });
  return rows.map(({ name, type }) => ({ name, type }));
}

async function bodyFields({ telemetry }: LogsContext, compiled: CompiledQuery): Promise<readonly Field[]> {
  const { rows } = await telemetry.query<{ readonly body: string }>({
    sql: `SELECT body FROM ${LOGS_TABLE} WHERE ${compiled.filterSql} AND startsWith(body, '{') AND length(body) < 65536
      LIMIT ${LOGS_LIMITS.fieldBodiesMax}`,
    params: compiled.filterParams,
    timeoutMs: LOGS_LIMITS.facetsMs,
  });
  const found = new Map<string, Field>();
  for (const { body } of rows) collectJsonFields(body, found);
  return [...found.values()];
}

/** Dotted names of the scalars in a JSON object, with the type that was seen first; lists are not opened. */
export function collectJsonFields(body: string, found: Map<string, Field>): void {
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch {
    return;
  }
  const visit = (value: unknown, path: string, depth: number): void => {
    if (found.size >= LOGS_LIMITS.fieldsMax || depth > LOGS_LIMITS.fieldDepthMax || value === null) return;
    if (typeof value === 'object') {
      if (Array.isArray(value)) return;
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`, depth + 1);
      return;
    }
    if (path === '' || found.has(path)) return;
    const type = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string';
    found.set(path, { name: path, type });
  };
  visit(root, '', 0);
}
