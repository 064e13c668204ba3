import { arg, type FunctionCall, type FunctionSpec } from './function-spec.ts';
import { any, boolean, jsonOf, number, string, textOf, type Value } from './value.ts';

/** The engine makes no list of a text that may be missing. */
const present = (text: string): string => `ifNull(${text}, '')`;
const isArray = (text: string): string => `JSONType(${present(text)}) = 'Array'`;
const items = (text: string): string => `JSONExtract(${present(text)}, 'Array(Nullable(String))')`;

/** The items of a list in JSON, scalars as their text and the rest as JSON; anything else is a list of itself. */
export const listItems = (text: string): string => `if(${isArray(text)}, ${items(text)}, [${text}])`;

function contains(call: FunctionCall): Value {
  const list = textOf(arg(call, 0));
  return boolean(`(${isArray(list)} AND has(${items(list)}, ${textOf(arg(call, 1))}))`);
}

/** A value as JSON: numbers and booleans bare, JSON as it is, other text in quotes. */
function stringify(call: FunctionCall): Value {
  const value = arg(call, 0);
  const text = textOf(value);
  if (value.type === 'number' || value.type === 'boolean' || value.type === 'time') return string(text);
  return string(`if(isValidJSON(${text}), ${text}, ${jsonOf(text)})`);
}

export const jsonFunctions: readonly FunctionSpec[] = [
  {
    name: 'jsonParse',
    family: 'json',
    signature: 'jsonParse(text)',
    help: 'Reads a text as JSON; its parts are then name.key and name[0]. Missing when it is not JSON.',
    example: 'fields jsonParse(@message) as js | display js.user.name, js.items[0].sku',
    arity: [1, 1],
    compile: (call) => {
      const text = textOf(arg(call, 0));
      return any(`if(isValidJSON(${text}), ${text}, NULL)`);
    },
  },
  {
    name: 'jsonStringify',
    family: 'json',
    signature: 'jsonStringify(value)',
    help: 'The value as JSON text.',
    example: 'fields jsonStringify(user) as userJson',
    arity: [1, 1],
    compile: stringify,
  },
  {
    name: 'jsonArraySize',
    family: 'json',
    signature: 'jsonArraySize(list)',
    help: 'Number of items of a list; missing when it is no list.',
    example: 'filter jsonArraySize(items) > 10',
    arity: [1, 1],
    compile: (call) => {
      const list = textOf(arg(call, 0));
      return number(`if(${isArray(list)}, toFloat64(JSONLength(${present(list)})), NULL)`);
    },
  },
  {
    name: 'jsonArrayContains',
    family: 'json',
    signature: 'jsonArrayContains(list, value)',
    help: 'True when the list has this item.',
    example: 'filter jsonArrayContains(tags, "canary")',
    arity: [2, 2],
    compile: contains,
  },
];
