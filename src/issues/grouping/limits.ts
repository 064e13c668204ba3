import { defineLimits, KiB } from '../../base/index.ts';

/** Limits of grouping. What is over a limit is left out of the hash and said in a hint; nothing is refused for it. */
export const ISSUES_GROUPING_LIMITS = defineLimits('grouping', {
  framesMax: {
    value: 400,
    unit: 'count',
    reason: 'frames of one stack that are looked at, those nearest to the failure; deeper recursion tells nothing',
  },
  exceptionsMax: {
    value: 50,
    unit: 'count',
    reason: 'exceptions of one event that are looked at; SDKs send at most 50',
  },
  parameterizedCharsMax: {
    value: 8192,
    unit: 'count',
    reason: 'longer texts are documents and not messages; looking for values in them costs more than it helps',
  },
  nameCharsMax: {
    value: 1_000,
    unit: 'count',
    reason: 'characters of a function, module or path that count; templates of C++ can be pages long',
  },
  contextLineCharsMax: {
    value: 120,
    unit: 'count',
    reason: 'a longer line of source is minified code, which changes with every build',
  },
  titleCharsMax: { value: 256, unit: 'count', reason: 'what a list can show of a title' },
  culpritCharsMax: { value: 200, unit: 'count', reason: 'what a list can show of a place' },
  fingerprintValuesMax: {
    value: 50,
    unit: 'count',
    reason: 'values of one fingerprint that count; more is a fault of the sender',
  },
  ruleTextMaxBytes: { value: 64 * KiB, unit: 'bytes', reason: 'rules of one language and project; people read them' },
  ruleLinesMax: {
    value: 1_000,
    unit: 'count',
    reason: 'every rule is asked for every new frame, so their number is a cost of each event',
  },
  patternCharsMax: {
    value: 1_000,
    unit: 'count',
    reason: 'matching costs at most the length of the text times that of the pattern',
  },
  alternativesMax: { value: 64, unit: 'count', reason: 'patterns that one pattern with braces may stand for' },
  rulesCachedMax: { value: 500, unit: 'count', reason: 'parsed rule texts kept, about one for each project' },
  framesCachedMax: {
    value: 20_000,
    unit: 'count',
    reason: 'normalized frames kept, about 1 KB each; frames of one program come again with every event',
  },
  triedEventsMax: {
    value: 10_000,
    unit: 'count',
    reason: 'events that rules are tried on at once, about two seconds of work',
  },
  triedExamplesMax: { value: 20, unit: 'count', reason: 'issues of each kind that the answer of a try names' },
});
