export type {
  Probe,
  ProbeOutcome,
  ProbeSpec,
  ProbeStatus,
  PromiseId,
  PromiseState,
  PromiseStatus,
  Proof,
} from './types.ts';
