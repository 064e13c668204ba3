import { aggregations } from './aggregations.ts';
import type { Expression } from './ast.ts';
import { bounded, type CompileContext, refuse } from './compile-context.ts';
import { type FunctionSpec, functionKey } from './function-spec.ts';
import { addressFunctions } from './functions-address.ts';
import { generalFunctions } from './functions-general.ts';
import { jsonFunctions } from './functions-json.ts';
import { numberFunctions } from './functions-number.ts';
import { textFunctions } from './functions-text.ts';
import { timeFunctions } from './functions-time.ts';
import { nearest } from './mistakes.ts';
import { NULL_VALUE, type Value } from './value.ts';

/** Functions of one event. */
export const rowFunctions: readonly FunctionSpec[] = [
  ...numberFunctions,
  ...timeFunctions,
  ...generalFunctions,
  ...jsonFunctions,
  ...addressFunctions,
  ...textFunctions,
];

const ROW_FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map(
  rowFunctions.map((spec) => [functionKey(spec.name), spec]),
);
const AGGREGATIONS: ReadonlyMap<string, FunctionSpec> = new Map(
  aggregations.map((spec) => [functionKey(spec.name), spec]),
);
const UNAVAILABLE: ReadonlyMap<string, string> = new Map([
  ['histogram', 'count by a rounded value instead: stats count(*) by floor(field / 100) * 100'],
  ['cidr', 'filter with isIpInSubnet(field, "10.0.0.0/8")'],
]);

export const isKnown = (name: string): boolean => isAggregation(name) || ROW_FUNCTIONS.has(functionKey(name));
export const isAggregation = (name: string): boolean => AGGREGATIONS.has(functionKey(name));

type CallNode = Expression & { readonly type: 'call' };

export function compileCall(context: CompileContext, node: CallNode): Value {
  const key = functionKey(node.name);
  const aggregation = AGGREGATIONS.get(key);
  if (aggregation !== undefined) return compileAggregation(context, node, aggregation);
  const spec = ROW_FUNCTIONS.get(key);
  if (spec === undefined) return refuseUnknown(context, node);
  if (node.isStar) {
    return refuse(context, node.span, `${spec.name} does not take \`*\``, `it is written ${spec.signature}`);
  }
  return run(context, context, node, spec);
}

function compileAggregation(context: CompileContext, node: CallNode, spec: FunctionSpec): Value {
  if (context.inAggregation === undefined) {
    return refuse(
      context,
      node.nameSpan,
      `\`${node.name}\` is an aggregation and works only in stats, outside of other aggregations`,
      `write \`stats ${spec.signature} by field\`, then filter or show its result by name`,
    );
  }
  if (node.isStar && key(spec) !== 'count') {
    return refuse(
      context,
      node.span,
      `${spec.name} does not take \`*\``,
      'name the field to aggregate; count(*) counts events',
    );
  }
  return run(context, context.inAggregation, node, spec);
}

const key = (spec: FunctionSpec): string => functionKey(spec.name);

function run(context: CompileContext, inner: CompileContext, node: CallNode, spec: FunctionSpec): Value {
  const [least, most] = spec.arity;
  const count = node.args.length;
  if (count < least || count > most) {
    const wanted = least === most ? `${least}` : most > 90 ? `at least ${least}` : `${least} to ${most}`;
    return refuse(
      context,
      node.span,
      `${spec.name} takes ${wanted} ${wanted === '1' ? 'argument' : 'arguments'}, not ${count}`,
      `it is written ${spec.signature}`,
    );
  }
  const before = context.mistakes.count();
  const args = node.args.map((argument, index) => (spec.raw?.includes(index) ? NULL_VALUE : inner.compile(argument)));
  // A mistake inside an argument is told once, there.
  if (context.mistakes.count() > before) return NULL_VALUE;
  const value = spec.compile({ context: inner, args, nodes: node.args, span: node.span, name: spec.name });
  return bounded(context, value, node.span);
}

function refuseUnknown(context: CompileContext, node: CallNode): Value {
  const unavailable = UNAVAILABLE.get(functionKey(node.name));
  if (unavailable !== undefined) {
    return refuse(context, node.nameSpan, `\`${node.name}\` is not available here`, unavailable);
  }
  const known = [...rowFunctions, ...aggregations].map((spec) => spec.name);
  const suggestion = nearest(node.name, known);
  return refuse(
    context,
    node.nameSpan,
    `unknown function \`${node.name}\``,
    suggestion === undefined ? 'see the list of functions in the manual' : `did you mean \`${suggestion}\`?`,
  );
}
