import type { Ast, Command } from './ast.ts';
import { commandNamed, UNAVAILABLE_COMMANDS } from './command-table.ts';
import { type Cursor, createCursor, describe } from './cursor.ts';
import { INSIGHTS_LIMITS } from './insights-limits.ts';
import { createMistakes, type Mistakes, nearest, type QueryMistake } from './mistakes.ts';
import { parseCommand } from './parse-command.ts';
import { readTokens } from './read-tokens.ts';

/** Reads the commands of a query; says nothing yet about functions and fields. */
export function parseQuery(
  text: string,
): { readonly ok: true; readonly query: Ast } | { readonly ok: false; readonly mistakes: readonly QueryMistake[] } {
  const mistakes = createMistakes(text);
  if (text.length > INSIGHTS_LIMITS.queryCharacters) {
    mistakes.add(
      { offset: INSIGHTS_LIMITS.queryCharacters, length: 1 },
      `the query has ${text.length} characters`,
      `use at most ${INSIGHTS_LIMITS.queryCharacters}`,
    );
    return { ok: false, mistakes: mistakes.list() };
  }
  const tokens = readTokens(text, mistakes);
  // A quote that is never closed swallows the rest of the query; what the rest seems to lack is not its fault.
  if (mistakes.count() > 0) return { ok: false, mistakes: mistakes.list() };
  const commands = readCommands(createCursor(text, tokens, mistakes), mistakes);
  if (mistakes.count() > 0) return { ok: false, mistakes: mistakes.list() };
  return { ok: true, query: { text, commands } };
}

function readCommands(cursor: Cursor, mistakes: Mistakes): readonly Command[] {
  const commands: Command[] = [];
  let isFirst = true;
  do {
    // A leading pipe and an empty query are harmless; an empty command between pipes is a slip.
    const isEmpty = cursor.peek().type === 'end';
    if (isEmpty && !isFirst) {
      const token = cursor.peek();
      cursor.fail(token, 'there is no command after this `|`', 'write a command there or remove the `|`');
    }
    if (!isEmpty) {
      const command = readCommand(cursor);
      if (command !== undefined) commands.push(command);
      if (commands.length > INSIGHTS_LIMITS.commands) {
        cursor.fail(cursor.peek(), 'the query has too many commands', `use at most ${INSIGHTS_LIMITS.commands}`);
      }
    }
    isFirst = false;
  } while (cursor.skipPipe() && mistakes.count() < INSIGHTS_LIMITS.mistakes);
  const stats = commands.filter((command) => command.type === 'stats');
  const extra = stats[INSIGHTS_LIMITS.statsCommands];
  if (extra !== undefined) {
    mistakes.add(extra.span, 'too many stats commands', `use at most ${INSIGHTS_LIMITS.statsCommands}`);
  }
  return commands;
}

function readCommand(cursor: Cursor): Command | undefined {
  const token = cursor.next();
  if (token.type !== 'word') {
    cursor.fail(
      token,
      `expected a command, found ${describe(token, cursor.text)}`,
      'start with fields, filter, stats …',
    );
    return undefined;
  }
  const known = commandNamed(token.text);
  if (known === undefined) {
    refuseCommand(cursor, token.text, token);
    return undefined;
  }
  const command = parseCommand(cursor, known.name, token);
  const rest = cursor.peek();
  if (rest.type !== 'end') {
    cursor.fail(rest, `unexpected ${describe(rest, cursor.text)}`, hintForRest(known.usage, rest.type, cursor));
  }
  return cursor.isBroken() ? undefined : command;
}

function hintForRest(usage: string, type: string, cursor: Cursor): string {
  const next = cursor.peek();
  if (next.type === 'word' && commandNamed(next.text) !== undefined) return 'put a `|` before the next command';
  if (type === 'operator') return `\`${usage}\`; a field name with odd characters goes in backticks`;
  return `the command is written \`${usage}\``;
}

function refuseCommand(cursor: Cursor, name: string, span: { readonly offset: number; readonly length: number }): void {
  const unavailable = UNAVAILABLE_COMMANDS.get(name.toLowerCase());
  if (unavailable !== undefined) {
    cursor.fail(span, `\`${name}\` is a CloudWatch command that is not available here`, unavailable);
    return;
  }
  const suggestion = nearest(name, [...commandNames(), ...UNAVAILABLE_COMMANDS.keys()]);
  const hint =
    suggestion === undefined ? `the commands are ${commandNames().join(', ')}` : `did you mean \`${suggestion}\`?`;
  cursor.fail(span, `unknown command \`${name}\``, hint);
}

const commandNames = (): readonly string[] => [
  'fields',
  'display',
  'filter',
  'where',
  'filterIndex',
  'parse',
  'stats',
  'sort',
  'limit',
  'dedup',
  'unnest',
];
