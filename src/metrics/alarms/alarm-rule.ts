import { Failure } from '../../base/index.ts';
import type { AlarmStateValue } from '../types.ts';
import { METRICS_ALARMS_FAILURES } from './failures.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';

/** The rule of a composite alarm as a tree. `alarm` is a name or an ARN, as it was written. */
export type AlarmRule =
  | { readonly type: 'state'; readonly state: AlarmStateValue; readonly alarm: string }
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'not'; readonly operand: AlarmRule }
  | { readonly type: 'and' | 'or'; readonly operands: readonly AlarmRule[] };

interface Token {
  readonly type: 'word' | 'quoted' | '(' | ')' | 'end';
  readonly text: string;
  readonly column: number;
}

const wrong = (column: number, reason: string): Failure =>
  new Failure(METRICS_ALARMS_FAILURES.ruleInvalid, { column, reason });

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/gy;
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    at = match.index + match[0].length;
    const piece = match[0];
    const column = match.index + 1;
    if (/^\s/.test(piece)) continue;
    if (piece === '(' || piece === ')') tokens.push({ type: piece, text: piece, column });
    else if (piece.startsWith('"'))
      tokens.push({ type: 'quoted', text: piece.slice(1, -1).replace(/\\(.)/g, '$1'), column });
    else tokens.push({ type: 'word', text: piece, column });
  }
  if (at < text.length) throw wrong(at + 1, 'a quotation mark is not closed');
  return [...tokens, { type: 'end', text: '', column: text.length + 1 }];
}

const STATES: Readonly<Record<string, AlarmStateValue>> = {
  ALARM: 'ALARM',
  OK: 'OK',
  INSUFFICIENT_DATA: 'INSUFFICIENT_DATA',
};

/**
 * Reads an AlarmRule. NOT binds before AND, AND before OR. Children, TRUE, FALSE and pairs of parentheses that group
 * count as elements. Throws `alarms.rule-invalid` with the column (1-based).
 */
export function parseAlarmRule(text: string): AlarmRule {
  if (text.length > LIMITS.ruleLengthMax) throw wrong(LIMITS.ruleLengthMax, 'the rule is too long');
  const rule = new RuleReader(text).read();
  if (namesIn(rule).length > LIMITS.ruleChildrenMax) throw wrong(1, `more than ${LIMITS.ruleChildrenMax} child alarms`);
  return rule;
}

/** Descends through a rule, one method for each strength of binding. */
class RuleReader {
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #position = 0;
  #elements = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
    this.#end = { type: 'end', text: '', column: text.length + 1 };
  }

  read(): AlarmRule {
    const rule = this.#either();
    if (this.#peek().type !== 'end') throw wrong(this.#peek().column, `${this.#peek().text} is not expected here`);
    return rule;
  }

  #either(): AlarmRule {
    return this.#chain('OR', () => this.#chain('AND', () => this.#unary()));
  }

  #chain(word: 'AND' | 'OR', next: () => AlarmRule): AlarmRule {
    const first = next();
    const operands = [first];
    while (this.#peek().type === 'word' && this.#peek().text.toUpperCase() === word) {
      this.#take();
      operands.push(next());
    }
    return operands.length === 1 ? first : { type: word === 'AND' ? 'and' : 'or', operands };
  }

  #unary(): AlarmRule {
    const token = this.#take();
    if (token.type === 'word' && token.text.toUpperCase() === 'NOT') {
      return { type: 'not', operand: this.#nested(token, () => this.#unary()) };
    }
    if (token.type === '(') {
      this.#count(token);
      const inner = this.#nested(token, () => this.#either());
      if (this.#take().type !== ')') throw wrong(token.column, 'this parenthesis is not closed');
      return inner;
    }
    return this.#leaf(token);
  }

  #leaf(token: Token): AlarmRule {
    const word = token.type === 'word' ? token.text.toUpperCase() : '';
    if (word === 'TRUE' || word === 'FALSE') {
      this.#count(token);
      return { type: 'constant', value: word === 'TRUE' };
    }
    const state = STATES[word];
    if (state === undefined) throw wrong(token.column, 'ALARM(…), OK(…), TRUE, FALSE, NOT or ( is expected here');
    if (this.#take().type !== '(') throw wrong(token.column, `${word} needs an alarm name in parentheses`);
    this.#count(token);
    const alarm = this.#name();
    if (this.#take().type !== ')') throw wrong(token.column, 'the parenthesis after this word is not closed');
    return { type: 'state', state, alarm };
  }

  #name(): string {
    const first = this.#take();
    if (first.type === 'quoted' && first.text !== '') return first.text;
    if (first.type !== 'word') throw wrong(first.column, 'an alarm name is expected here');
    // Unquoted names may hold spaces: everything up to the parenthesis is the name.
    const words = [first.text];
    while (this.#peek().type === 'word') words.push(this.#take().text);
    return words.join(' ');
  }

  #nested(token: Token, inner: () => AlarmRule): AlarmRule {
    this.#depth += 1;
    if (this.#depth > LIMITS.ruleDepthMax) throw wrong(token.column, `nested deeper than ${LIMITS.ruleDepthMax}`);
    const rule = inner();
    this.#depth -= 1;
    return rule;
  }

  #count(token: Token): void {
    this.#elements += 1;
    if (this.#elements > LIMITS.ruleElementsMax)
      throw wrong(token.column, `more than ${LIMITS.ruleElementsMax} elements`);
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? this.#end;
  }

  #take(): Token {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }
}

/** The names or ARNs that a rule asks for, each once, in order. */
export function namesIn(rule: AlarmRule): readonly string[] {
  switch (rule.type) {
    case 'state':
      return [rule.alarm];
    case 'constant':
      return [];
    case 'not':
      return namesIn(rule.operand);
    case 'and':
    case 'or':
      return [...new Set(rule.operands.flatMap(namesIn))];
  }
}

/** The value of a rule, given the state of each alarm it names; an alarm that is gone has no state and matches none. */
export function ruleHolds(rule: AlarmRule, stateOf: (alarm: string) => AlarmStateValue | undefined): boolean {
  switch (rule.type) {
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'constant':
      return rule.value;
    case 'not':
      return !ruleHolds(rule.operand, stateOf);
    case 'and':
      return rule.operands.every((operand) => ruleHolds(operand, stateOf));
    case 'or':
      return rule.operands.some((operand) => ruleHolds(operand, stateOf));
  }
}
