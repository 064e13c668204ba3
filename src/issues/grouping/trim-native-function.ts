/**
 * Names of native functions come with arguments, generics, return types, lambdas and hashes of the compiler, different
 * from compiler to compiler and build to build. What stays is the path of names.
 */
export function trimNativeFunction(name: string): string {
  const written = name.trim();
  // Messages of Objective-C are whole in themselves, and the marks of unknown functions are no names.
  if (/^[+-]?\[/.test(written) || written === '<redacted>' || written === '<unknown>' || written === '') return written;
  const hidden = hideOperators(written.replace(/\s*\[clone [^\]]*\]/g, ''));
  const plain = stripTrailers(nameLambdas(hidden));
  const bare = cutGenerics(cutArguments(plain));
  const token = lastToken(bare);
  return showOperators(cutMarkers(token === '' ? written : token));
}

/** Operators hold brackets that are no brackets. */
const OPERATORS: readonly (readonly [string, string])[] = [
  ['operator<=>', 'operator\u2460'],
  ['operator<<=', 'operator\u2461'],
  ['operator>>=', 'operator\u2462'],
  ['operator<<', 'operator\u2463'],
  ['operator>>', 'operator\u2464'],
  ['operator<=', 'operator\u2465'],
  ['operator>=', 'operator\u2466'],
  ['operator->', 'operator\u2467'],
  ['operator()', 'operator\u2468'],
  ['operator[]', 'operator\u2469'],
  ['operator<', 'operator\u246a'],
  ['operator>', 'operator\u246b'],
  ["`anonymous namespace'", '\u246c'],
  ['(anonymous namespace)', '\u246c'],
];

const ANONYMOUS = '(anonymous namespace)';

function hideOperators(name: string): string {
  let hidden = name.replace(/\?A0x[0-9a-f]{8}(?=::)/g, '\u246c');
  if (!hidden.includes('operator') && !hidden.includes('anonymous')) return hidden;
  for (const [shown, mark] of OPERATORS) hidden = hidden.replaceAll(shown, mark);
  return hidden;
}

function showOperators(name: string): string {
  if (!/[\u2460-\u246c]/.test(name)) return name;
  let shown = name.replaceAll('\u246c', ANONYMOUS);
  for (const [operator, mark] of OPERATORS) shown = shown.replaceAll(mark, operator);
  return shown;
}

/** What gcc, clang, MSVC and Swift call a function without a name. */
function nameLambdas(name: string): string {
  if (!/lambda|\$_|closure/.test(name)) return name;
  return name
    .replace(/\{lambda\([^{}]{0,500}\)#\d+\}/g, 'lambda')
    .replace(/<lambda_[0-9a-f]{32}>/g, 'lambda')
    .replace(/\blambda_[0-9a-f]{32}\b/g, 'lambda')
    .replace(/\$_\d+\b/g, 'lambda')
    .replace(/\{\{closure\}\}/g, 'closure')
    .replace(/\{closure[#$]\d+\}/g, 'closure')
    .replace(/\bclosure #\d+/g, 'closure');
}

function stripTrailers(name: string): string {
  return name.replace(/(?:\s*(?:\bconst\b|\bvolatile\b|\bnoexcept\b|&))+$/, '').trimEnd();
}

/** Takes away what stands between brackets, at any depth. A bracket that is never closed takes nothing away. */
function cutBrackets(
  name: string,
  pair: readonly [string, string],
  replace: (inner: string, start: number) => string,
): string {
  const [open, close] = pair;
  if (!name.includes(open)) return name;
  let depth = 0;
  let start = 0;
  let cut = '';
  let copied = 0;
  for (let at = 0; at < name.length; at++) {
    const char = name[at];
    if (char === open) {
      if (depth === 0) start = at;
      depth++;
    } else if (char === close && depth > 0 && !(close === '>' && name[at - 1] === '-')) {
      depth--;
      if (depth > 0) continue;
      cut += name.slice(copied, start) + replace(name.slice(start + 1, at), start);
      copied = at + 1;
    }
  }
  return cut + name.slice(copied);
}

const cutArguments = (name: string): string => cutBrackets(name, ['(', ')'], () => '');

/** `vector<int>` -> `vector<T>`; Rust's `<Foo as Bar>::baz` -> `Foo::baz`. */
function cutGenerics(name: string): string {
  return cutBrackets(name, ['<', '>'], (inner, start) => {
    if (start > 0) return '<T>';
    const traitOf = inner.search(/ as /);
    const type = traitOf < 0 ? inner : inner.slice(0, traitOf);
    // A blanket implementation has a letter for every type: there the trait says more.
    const chosen = /^[A-Z]$/.test(type) && traitOf >= 0 ? inner.slice(traitOf + 4) : type;
    return cutBrackets(chosen, ['<', '>'], () => '<T>');
  });
}

/** The name is what comes after return types and attributes, or before the arrow of Swift. */
function lastToken(name: string): string {
  const initializer = /initialization expression of (?:static )?:?(\S+)/.exec(name)?.[1];
  if (initializer !== undefined) return `initializer of ${initializer}`;
  const closure = /\bclosure\b.* in (\S+)$/.exec(name)?.[1];
  if (closure !== undefined) return `closure in ${closure}`;
  const arrow = name.lastIndexOf(' -> ');
  const head = (arrow < 0 ? name : name.slice(0, arrow)).replace(/\s+throws$/, '').trimEnd();
  const tokens = head.split(/\s+/).filter((token) => token !== '' && token !== '<T>');
  const last = tokens[tokens.length - 1] ?? '';
  if (last.startsWith('@')) return tokens.includes('thunk') ? 'thunk for closure' : 'closure';
  return last;
}

/** Hashes of Rust, versions of glibc, sizes of Windows' calling conventions. */
function cutMarkers(name: string): string {
  return name
    .replace(/::h[0-9a-f]{16}$/, '')
    .replace(/@@?GLIBC_[0-9.]+$/, '')
    .replace(/^@?([^@]+)@\d+$/, '$1')
    .replace(/\.(?:cold|part|isra|constprop|llvm)(?:\.\d+)*$/, '');
}
