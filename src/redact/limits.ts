import { defineLimits, KiB, MiB } from '../base/index.ts';

/** Limits of redaction. Where one is reached the text is masked whole: a secret is never let through for speed. */
export const REDACT_LIMITS = defineLimits('redact', {
  textLengthMax: {
    value: 32 * MiB,
    unit: 'count',
    reason: 'a longer text (in UTF-16 code units) is masked whole; no ingest edge accepts a body of this size',
  },
  scanBlockLength: {
    value: 64 * KiB,
    unit: 'count',
    reason: 'code units that are copied to bytes at a time, so that the scratch memory stays in the cache of a core',
  },
  stepsBase: {
    value: 1_000_000,
    unit: 'count',
    reason: 'pattern steps that any text may cost, so that a short text full of keywords is still read; about 20 ms',
  },
  stepsPerCodeUnit: {
    value: 64,
    unit: 'count',
    reason: 'pattern steps per code unit beyond the base: keeps the time linear in the length for hostile text',
  },
  reachDefault: {
    value: 512,
    unit: 'count',
    reason: 'code units behind a keyword that a rule sees when it says nothing else; longer than nearly all tokens',
  },
  reachMax: {
    value: 128 * KiB,
    unit: 'count',
    reason: 'the largest reach that a rule may ask for; a 16,384-bit private key in PEM has 13 kB',
  },
  missSteps: {
    value: 32,
    unit: 'count',
    reason:
      'steps charged for a failed attempt of a rule that ships and says nothing else: it fails within a few characters',
  },
  stepsPerNameCodeUnit: {
    value: 4,
    unit: 'count',
    reason: 'steps charged per code unit of a name, which a failing pattern gives back one by one',
  },
  rejectionSteps: {
    value: 128,
    unit: 'count',
    reason: 'steps charged for the validators of a match that they refuse',
  },
  nearBefore: {
    value: 128,
    unit: 'count',
    reason: 'code units before a keyword that a rule of the anchor near sees',
  },
  nameLengthMax: {
    value: 64,
    unit: 'count',
    reason: 'code units of an identifier that are read before a keyword inside it',
  },
  roundsMax: {
    value: 4,
    unit: 'count',
    reason: 'passes over one text until a pass finds nothing; text that still changes after them is masked whole',
  },
  depthMax: {
    value: 64,
    unit: 'count',
    reason: 'depth of JSON-like data; what lies deeper is masked whole (also ends cycles)',
  },
  nodesMax: {
    value: 200_000,
    unit: 'count',
    reason: 'values in one piece of JSON-like data; what comes after is masked whole',
  },
  nameCacheMax: {
    value: 10_000,
    unit: 'count',
    reason: 'field names whose verdict is remembered; the cache is emptied when full, as names are few in practice',
  },
  keywordLengthMax: {
    value: 64,
    unit: 'count',
    reason: 'length of a keyword of a rule: keeps the automaton small enough for the cache of a core',
  },
});
