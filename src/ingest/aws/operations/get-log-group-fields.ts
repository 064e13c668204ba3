import { AWS_LIMITS } from '../limits.ts';
import { logGroupIdentifier, logGroupName, timestamp } from '../members.ts';
import { chosenLogGroup, defineOperation } from '../operation.ts';
import { members } from '../shape.ts';

const input = members({ logGroupName, logGroupIdentifier, time: timestamp });

/** Fields that every record has, in the order in which the service lists them. */
const ALWAYS = ['@ingestionTime', '@log', '@logStream', '@message', '@timestamp'];

export const getLogGroupFields = defineOperation('GetLogGroupFields', input, async (parts, call, request) => {
  const { queries } = parts.logs;
  const logGroup = chosenLogGroup(call.names, request);
  // Seven and a half minutes on both sides of the time asked for, else the last fifteen minutes.
  const half = AWS_LIMITS.fieldsWindowMs / 2;
  const endMs = request.time === undefined ? parts.clock.nowMs() + 1 : Math.min(request.time, LATEST_MS) + half;
  const range = { logGroups: [logGroup], startMs: Math.max(0, endMs - AWS_LIMITS.fieldsWindowMs), endMs };
  const names = (await queries.fields(call.actor, range))
    .map((field) => field.name)
    .filter((name) => !name.startsWith('@') && !name.includes('`'))
    .slice(0, AWS_LIMITS.fieldsCounted);
  const counts = names.map((name, index) => `count(${quoted(name)}) as field_${index}`);
  const view = await queries.run(call.actor, {
    ...range,
    query: `stats ${['count(*) as records', ...counts].join(', ')}`,
  });
  const cell = (name: string): number =>
    Number(view.rows[0]?.[view.fields.findIndex((field) => field.name === name)] ?? 0);
  const records = cell('records');
  if (records === 0) return { logGroupFields: [] };
  const found = names.map((name, index) => ({ name, percent: Math.round((100 * cell(`field_${index}`)) / records) }));
  return {
    logGroupFields: [...ALWAYS.map((name) => ({ name, percent: 100 })), ...found.filter(({ percent }) => percent > 0)],
  };
});

const LATEST_MS = AWS_LIMITS.querySeconds * 1000;

/** A dotted name is a path and stands as it is; backticks would make it the name of one key. */
const quoted = (name: string): string => (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(name) ? name : `\`${name}\``);
