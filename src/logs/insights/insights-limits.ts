import { defineLimits } from '../../base/index.ts';

export const INSIGHTS_LIMITS = defineLimits('logs.insights', {
  queryCharacters: {
    value: 10_000,
    unit: 'count',
    reason: 'the length that StartQuery accepts; a longer text is a program, not a question',
  },
  commands: { value: 40, unit: 'count', reason: 'each command may add a level to the statement that the engine plans' },
  statsCommands: { value: 10, unit: 'count', reason: 'the documented number for Logs Insights' },
  nesting: {
    value: 60,
    unit: 'count',
    reason: 'parser and compiler recurse once a level, and the engine refuses statements nested far deeper',
  },
  listItems: { value: 1_000, unit: 'count', reason: 'an in-list is one array parameter that is compared for each row' },
  callArguments: { value: 100, unit: 'count', reason: 'each argument is computed for each row' },
  regexCharacters: { value: 1_000, unit: 'count', reason: 'RE2 compiles a pattern into memory in proportion to it' },
  captures: { value: 20, unit: 'count', reason: 'each captured field is a column that is computed for each row' },
  pathSegments: { value: 20, unit: 'count', reason: 'each step of a path is an argument of each JSON extraction' },
  textIndexTokens: { value: 16, unit: 'count', reason: 'past this many tokens another one no longer skips anything' },
  mistakes: { value: 20, unit: 'count', reason: 'nobody reads more, and later ones often follow from the first' },
  sqlCharacters: {
    value: 150_000,
    unit: 'count',
    reason: 'below the 256 KiB at which the engine stops reading a statement',
  },
  rows: { value: 10_000, unit: 'count', reason: 'what one answer carries; more belongs in stats' },
  collectedValues: { value: 1_000, unit: 'count', reason: 'values() and topk() build one cell, which people read' },
});
