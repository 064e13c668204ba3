import { refuse } from './compile-context.ts';
import { arg, type FunctionCall, type FunctionSpec } from './function-spec.ts';
import { captureNames, engineRegex, regexProblem } from './regex.ts';
import { contains } from './text-search.ts';
import { any, boolean, jsonOf, NULL_VALUE, number, numberOf, string, textOf, type Value } from './value.ts';

const text = (call: FunctionCall, index: number): string => textOf(arg(call, index));
const plain =
  (name: string) =>
  (call: FunctionCall): Value =>
    string(`${name}(${call.args.map(textOf).join(', ')})`);
const test =
  (name: string) =>
  (call: FunctionCall): Value =>
    boolean(`${name}(${call.args.map(textOf).join(', ')})`);
const hash =
  (name: string) =>
  (call: FunctionCall): Value =>
    string(`lower(hex(${name}(${text(call, 0)})))`);

/** Without a second argument white space is removed, else each of its characters. */
const trimmer =
  (name: string, patterns: readonly string[]) =>
  (call: FunctionCall): Value => {
    if (call.args.length === 2) return string(`${name}(${text(call, 0)}, ${text(call, 1)})`);
    return string(patterns.reduce((sql, pattern) => `replaceRegexpOne(${sql}, '${pattern}', '')`, text(call, 0)));
  };

function substr(call: FunctionCall): Value {
  const start = `toInt64(greatest(${numberOf(arg(call, 1))}, 0)) + 1`;
  const length = call.args.length === 3 ? `, toInt64(greatest(${numberOf(arg(call, 2))}, 0))` : '';
  return string(`substringUTF8(${text(call, 0)}, ${start}${length})`);
}

function replace(call: FunctionCall): Value {
  const node = call.nodes[1];
  if (arg(call, 1).constant === '' && node !== undefined) {
    return refuse(call.context, node.span, 'the text to replace is empty', 'write what is to be replaced');
  }
  return string(`replaceAll(${call.args.map(textOf).join(', ')})`);
}

function regexReplace(call: FunctionCall): Value {
  const node = call.nodes[1];
  const source = node?.type === 'regex' ? node.source : node?.type === 'literal' ? node.value : undefined;
  if (node === undefined) return NULL_VALUE;
  if (typeof source !== 'string') {
    return refuse(call.context, node.span, 'regexReplace needs a pattern written out', 'write "[0-9]+" or /[0-9]+/');
  }
  const problem = regexProblem(source);
  if (problem !== undefined) {
    return refuse(
      call.context,
      node.span,
      `the regular expression is not valid: ${problem}`,
      'the syntax is that of RE2',
    );
  }
  const replacement = arg(call, 2);
  // The engine calls a group \1; $1 and ${name} are what people know.
  const groups = captureNames(source);
  const by =
    typeof replacement.constant === 'string'
      ? call.context.parameters.text(engineReplacement(replacement.constant, groups))
      : textOf(replacement);
  return string(`replaceRegexpAll(${text(call, 0)}, ${call.context.parameters.text(engineRegex(source))}, ${by})`);
}

const engineReplacement = (written: string, groups: ReturnType<typeof captureNames>): string =>
  written
    .replace(/\\(?!\d)/g, '\\\\')
    .replace(/\$(\d)/g, '\\$1')
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => {
      const group = groups.find((capture) => capture.name === name)?.group;
      return group === undefined ? whole : `\\${group}`;
    });

const strcontains = (call: FunctionCall): Value => {
  const needle = arg(call, 1);
  const found =
    typeof needle.constant === 'string'
      ? contains(call.context, arg(call, 0), needle.constant)
      : `(position(${text(call, 0)}, ${textOf(needle)}) > 0)`;
  return { ...number(`toFloat64(${found})`), conditionSql: found };
};

function split(call: FunctionCall): Value {
  const parts = `splitByString(${text(call, 1)}, ifNull(${text(call, 0)}, ''))`;
  return any(`if(isNull(${text(call, 0)}), NULL, ${jsonOf(parts)})`);
}

const hexDigits = (sql: string): string => `replaceRegexpOne(lower(${sql}), '^0x', '')`;

function hexToDec(call: FunctionCall): Value {
  const digits = hexDigits(text(call, 0));
  const value = `reinterpretAsUInt64(reverse(unhex(leftPad(${digits}, 16, '0'))))`;
  return number(`if(match(${digits}, '^[0-9a-f]{1,16}$'), toFloat64(${value}), NULL)`);
}

function hexToAscii(call: FunctionCall): Value {
  const digits = hexDigits(text(call, 0));
  return string(`if(match(${digits}, '^([0-9a-f]{2})*$'), toValidUTF8(unhex(${digits})), NULL)`);
}

function decToHex(call: FunctionCall): Value {
  const value = numberOf(arg(call, 0));
  return string(
    `if(${value} >= 0 AND ${value} < 18446744073709551615, replaceRegexpOne(lower(hex(toUInt64(ifNull(${value}, 0)))), '^0+(.)', '\\\\1'), NULL)`,
  );
}

const spec = (
  name: string,
  signature: string,
  help: string,
  example: string,
  arity: readonly [number, number],
  compile: FunctionSpec['compile'],
): FunctionSpec => ({ name, family: 'text', signature, help, example, arity, compile });

export const textFunctions: readonly FunctionSpec[] = [
  spec(
    'isempty',
    'isempty(text)',
    'True when it is missing or has no characters.',
    'filter isempty(user)',
    [1, 1],
    (call) => boolean(`(ifNull(${text(call, 0)}, '') = '')`),
  ),
  spec(
    'isblank',
    'isblank(text)',
    'True when it is missing or has only white space.',
    'filter isblank(user)',
    [1, 1],
    (call) => boolean(`match(ifNull(${text(call, 0)}, ''), '^\\\\s*$')`),
  ),
  spec(
    'concat',
    'concat(text, …)',
    'Joins texts.',
    'fields concat(method, " ", path) as request',
    [1, 100],
    plain('concat'),
  ),
  spec(
    'ltrim',
    'ltrim(text [, characters])',
    'Removes white space, or these characters, from the left.',
    'fields ltrim(path, "/")',
    [1, 2],
    trimmer('trimLeft', ['^\\\\s+']),
  ),
  spec(
    'rtrim',
    'rtrim(text [, characters])',
    'Removes white space, or these characters, from the right.',
    'fields rtrim(path, "/")',
    [1, 2],
    trimmer('trimRight', ['\\\\s+$']),
  ),
  spec(
    'trim',
    'trim(text [, characters])',
    'Removes white space, or these characters, from both ends.',
    'fields trim(user)',
    [1, 2],
    trimmer('trimBoth', ['^\\\\s+', '\\\\s+$']),
  ),
  spec(
    'strlen',
    'strlen(text)',
    'Number of characters (Unicode code points).',
    'filter strlen(@message) > 10000',
    [1, 1],
    (call) => number(`toFloat64(lengthUTF8(${text(call, 0)}))`),
  ),
  spec('toupper', 'toupper(text)', 'In upper case.', 'fields toupper(method)', [1, 1], plain('upperUTF8')),
  spec(
    'tolower',
    'tolower(text)',
    'In lower case.',
    'stats count(*) by tolower(level) as level',
    [1, 1],
    plain('lowerUTF8'),
  ),
  spec(
    'substr',
    'substr(text, start [, length])',
    'The characters from a place on, counted from 0.',
    'fields substr(traceId, 0, 8)',
    [2, 3],
    substr,
  ),
  spec(
    'replace',
    'replace(text, what, by)',
    'Replaces every occurrence of a text.',
    'fields replace(path, "/api", "")',
    [3, 3],
    replace,
  ),
  {
    ...spec(
      'regexReplace',
      'regexReplace(text, pattern, by)',
      'Replaces every match of a regular expression; $1 stands for its first group.',
      'fields regexReplace(path, "[0-9]+", "<id>") as route',
      [3, 3],
      regexReplace,
    ),
    raw: [1],
  },
  spec(
    'strcontains',
    'strcontains(text, part)',
    '1 when the text contains the part, else 0.',
    'filter strcontains(@message, "timeout") = 1',
    [2, 2],
    strcontains,
  ),
  spec(
    'startsWith',
    'startsWith(text, part)',
    'True when the text starts with the part.',
    'filter startsWith(path, "/api/")',
    [2, 2],
    test('startsWith'),
  ),
  spec(
    'endsWith',
    'endsWith(text, part)',
    'True when the text ends with the part.',
    'filter endsWith(path, ".php")',
    [2, 2],
    test('endsWith'),
  ),
  spec(
    'urlencode',
    'urlencode(text)',
    'Percent-encodes.',
    'fields urlencode(query)',
    [1, 1],
    plain('encodeURLComponent'),
  ),
  spec('urldecode', 'urldecode(text)', 'Undoes urlencode.', 'fields urldecode(path)', [1, 1], (call) =>
    string(`toValidUTF8(decodeURLComponent(${text(call, 0)}))`),
  ),
  spec(
    'base64encode',
    'base64encode(text)',
    'Encodes as base64.',
    'fields base64encode(user)',
    [1, 1],
    plain('base64Encode'),
  ),
  spec(
    'base64decode',
    'base64decode(text)',
    'Decodes base64; empty when it is none.',
    'fields base64decode(payload)',
    [1, 1],
    (call) => string(`toValidUTF8(tryBase64Decode(${text(call, 0)}))`),
  ),
  spec(
    'split',
    'split(text, separator)',
    'A list of the parts between separators; take one with jsonParse or unnest.',
    'fields split(path, "/") as parts | display parts[1]',
    [2, 2],
    split,
  ),
  spec(
    'hexToAscii',
    'hexToAscii(text)',
    'The text whose bytes these hex digits are.',
    'fields hexToAscii(payload)',
    [1, 1],
    hexToAscii,
  ),
  spec('hexToDec', 'hexToDec(text)', 'The number that hex digits spell.', 'fields hexToDec(code)', [1, 1], hexToDec),
  spec('decToHex', 'decToHex(number)', 'A whole number in hex digits.', 'fields decToHex(code)', [1, 1], decToHex),
  ...(['md5', 'sha1', 'sha256', 'sha512'] as const).map(
    (name): FunctionSpec => ({
      ...spec(
        name,
        `${name}(text)`,
        `The ${name.toUpperCase()} hash of the text, in hex digits.`,
        `fields ${name}(user)`,
        [1, 1],
        hash(name.toUpperCase()),
      ),
      family: 'hash',
    }),
  ),
];
