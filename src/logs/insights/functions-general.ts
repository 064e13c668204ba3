import { refuse } from './compile-context.ts';
import { arg, type FunctionCall, type FunctionSpec } from './function-spec.ts';
import { boolean, commonType, conditionOf, convert, number, numberOf, textOf, time, type Value } from './value.ts';

/** Where the values differ in kind, the result is their text, which still counts as a number where it is one. */
function choose(values: readonly Value[], build: (branches: readonly string[]) => string): Value {
  const type = commonType(values);
  const sql = build(values.map((value) => convert(value, type === 'string' ? 'string' : type)));
  return { sql, type };
}

function coalesce(call: FunctionCall): Value {
  return choose(call.args, (branches) => `coalesce(${branches.join(', ')})`);
}

function ifElse(call: FunctionCall): Value {
  const condition = conditionOf(arg(call, 0));
  return choose([arg(call, 1), arg(call, 2)], (branches) => `if(ifNull(${condition}, 0), ${branches.join(', ')})`);
}

function caseWhen(call: FunctionCall): Value {
  const hasElse = call.args.length % 2 === 1;
  const pairs = hasElse ? call.args.slice(0, -1) : call.args;
  const conditions = pairs.filter((_, index) => index % 2 === 0).map((value) => `ifNull(${conditionOf(value)}, 0)`);
  const values = pairs.filter((_, index) => index % 2 === 1);
  const last = call.args.at(-1);
  return choose(hasElse && last !== undefined ? [...values, last] : values, (branches) => {
    const arms = conditions.map((condition, index) => `${condition}, ${branches[index] ?? 'NULL'}`);
    return `multiIf(${arms.join(', ')}, ${hasElse ? (branches.at(-1) ?? 'NULL') : 'NULL'})`;
  });
}

function isPresent(call: FunctionCall): Value {
  const node = call.nodes[0];
  if (node !== undefined && node.type !== 'field') {
    return refuse(call.context, node.span, 'ispresent needs a field', 'write ispresent(field)');
  }
  return boolean(`isNotNull(${textOf(arg(call, 0))})`);
}

const spec = (
  name: string,
  signature: string,
  help: string,
  example: string,
  arity: readonly [number, number],
  compile: FunctionSpec['compile'],
): FunctionSpec => ({ name, family: 'general', signature, help, example, arity, compile });

export const generalFunctions: readonly FunctionSpec[] = [
  spec(
    'ispresent',
    'ispresent(field)',
    'True when the event has the field.',
    'filter ispresent(errorCode)',
    [1, 1],
    isPresent,
  ),
  spec(
    'coalesce',
    'coalesce(value, …)',
    'The first value that is not missing.',
    'fields coalesce(user, clientIp, "unknown") as who',
    [1, 100],
    coalesce,
  ),
  spec(
    'if',
    'if(condition, value, otherwise)',
    'One of two values.',
    'fields if(status >= 500, "bad", "good") as verdict',
    [3, 3],
    ifElse,
  ),
  spec(
    'case',
    'case(condition, value, … [, otherwise])',
    'The value of the first condition that is true.',
    'stats count(*) by case(status < 400, "ok", status < 500, "client", "server") as kind',
    [2, 100],
    caseWhen,
  ),
  spec(
    'isNumeric',
    'isNumeric(value)',
    'True when the value is a number or spells one.',
    'filter not isNumeric(amount)',
    [1, 1],
    (call) => boolean(`isNotNull(${numberOf(arg(call, 0))})`),
  ),
  spec(
    'messageSize',
    'messageSize()',
    'Length of the message in bytes.',
    'stats sum(messageSize()) as bytes by service',
    [0, 0],
    () => number('toFloat64(length(body))'),
  ),
  spec(
    'queryStartTime',
    'queryStartTime()',
    'Start of the time that is searched.',
    'fields @timestamp - queryStartTime() as sinceStartMs',
    [0, 0],
    (call) => time(`toInt64(${call.context.input.startMs})`),
  ),
  spec(
    'queryEndTime',
    'queryEndTime()',
    'End of the time that is searched.',
    'fields queryEndTime() - @timestamp as beforeEndMs',
    [0, 0],
    (call) => time(`toInt64(${call.context.input.endMs})`),
  ),
  spec(
    'queryTimeRange',
    'queryTimeRange()',
    'Length of the time that is searched, in milliseconds.',
    'stats count(*) / (queryTimeRange() / 1000) as perSecond',
    [0, 0],
    (call) => number(`toFloat64(${call.context.input.endMs - call.context.input.startMs})`),
  ),
];
