import { arg, type FunctionCall, type FunctionSpec } from './function-spec.ts';
import { number, numberOf, type Value } from './value.ts';

const operand = (call: FunctionCall, index: number): string => numberOf(arg(call, index));
const list = (call: FunctionCall): string => call.args.map(numberOf).join(', ');
const plain =
  (name: string) =>
  (call: FunctionCall): Value =>
    number(`${name}(${operand(call, 0)})`);

/** Mean radius of the earth in kilometres, as the haversine formula takes it. */
const EARTH_KM = 6371;

function haversine(call: FunctionCall): Value {
  const [lat1, lon1, lat2, lon2] = [0, 1, 2, 3].map((index) => `radians(${operand(call, index)})`);
  const square = (angle: string): string => `pow(sin((${angle}) / 2), 2)`;
  const inner = `${square(`${lat2} - ${lat1}`)} + cos(${lat1}) * cos(${lat2}) * ${square(`${lon2} - ${lon1}`)}`;
  return number(`(${2 * EARTH_KM} * asin(sqrt(${inner})))`);
}

/** The engine rounds halves to even; people expect them away from zero. */
function round(call: FunctionCall): Value {
  const value = operand(call, 0);
  if (call.args.length === 1) return number(`(sign(${value}) * floor(abs(${value}) + 0.5))`);
  const scale = `pow(10, trunc(${operand(call, 1)}))`;
  return number(`(sign(${value}) * floor(abs(${value}) * ${scale} + 0.5) / ${scale})`);
}

const whole = (call: FunctionCall): Value => number(`trunc(${operand(call, 0)})`);
const converted = (call: FunctionCall): Value => number(operand(call, 0));

const spec = (
  name: string,
  signature: string,
  help: string,
  example: string,
  arity: readonly [number, number],
  compile: FunctionSpec['compile'],
): FunctionSpec => ({ name, family: 'number', signature, help, example, arity, compile });

export const numberFunctions: readonly FunctionSpec[] = [
  spec('abs', 'abs(number)', 'Absolute value.', 'fields abs(balance)', [1, 1], plain('abs')),
  spec('ceil', 'ceil(number)', 'Rounds up to a whole number.', 'fields ceil(durationMs)', [1, 1], plain('ceil')),
  spec('floor', 'floor(number)', 'Rounds down to a whole number.', 'fields floor(durationMs)', [1, 1], plain('floor')),
  spec(
    'greatest',
    'greatest(number, …)',
    'The largest of the numbers.',
    'fields greatest(readMs, writeMs)',
    [1, 100],
    (call) => number(`greatest(${list(call)})`),
  ),
  spec('least', 'least(number, …)', 'The smallest of the numbers.', 'fields least(readMs, writeMs)', [1, 100], (call) =>
    number(`least(${list(call)})`),
  ),
  spec('log', 'log(number)', 'Natural logarithm.', 'fields log(bytes)', [1, 1], plain('log')),
  spec('sqrt', 'sqrt(number)', 'Square root.', 'fields sqrt(area)', [1, 1], plain('sqrt')),
  spec(
    'round',
    'round(number [, digits])',
    'Rounds to so many digits after the point, halves away from zero.',
    'fields round(durationMs / 1000, 2)',
    [1, 2],
    round,
  ),
  spec(
    'haversine',
    'haversine(lat1, lon1, lat2, lon2)',
    'Distance in kilometres between two points given in degrees.',
    'filter haversine(lat, lon, 52.52, 13.405) > 500',
    [4, 4],
    haversine,
  ),
  spec(
    'toNumber',
    'toNumber(value)',
    'The number that a text spells; missing when it spells none.',
    'fields toNumber(status)',
    [1, 1],
    converted,
  ),
  spec('toDouble', 'toDouble(value)', 'The same as toNumber.', 'fields toDouble(price)', [1, 1], converted),
  spec(
    'toInt',
    'toInt(value)',
    'The number without what is after the point.',
    'fields toInt(durationMs)',
    [1, 1],
    whole,
  ),
  spec('toLong', 'toLong(value)', 'The same as toInt.', 'fields toLong(bytes)', [1, 1], whole),
];
