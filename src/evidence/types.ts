export type PromiseId = `M${number}`;
export type PromiseState = 'proven' | 'unproven' | 'broken';

/** One measurement a promise rests on; a promise is proven when all of its probes are passed and fresh. */
export interface ProbeSpec {
  /** Kebab case, stable: `canary-log-found`. */
  readonly id: string;
  readonly promise: PromiseId;
  /** Present tense sentence: what passing means. */
  readonly statement: string;
  readonly cadenceMs: number;
}

export interface ProbeOutcome {
  readonly passed: boolean;
  /** One sentence with the measured figures; shown to people. */
  readonly summary: string;
  /** Named measurements with their unit at the end of the name: `{ foundAfterMs: 38, bytesScanned: 1_204_224 }`. */
  readonly measurements: Readonly<Record<string, number | string | boolean>>;
}

export interface Probe extends ProbeSpec {
  /** Measures now. Throwing counts as not passed, with the error as the summary. */
  readonly run: (signal: AbortSignal) => Promise<ProbeOutcome>;
}

/** An append-only evidence row. */
export interface Proof extends ProbeOutcome {
  readonly id: string;
  readonly probe: string;
  readonly promise: PromiseId;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export interface ProbeStatus {
  readonly id: string;
  readonly statement: string;
  readonly cadenceMs: number;
  readonly state: 'passed' | 'failed' | 'stale' | 'never-run';
  readonly lastProof?: Proof;
  readonly nextRunMs?: number;
}

export interface PromiseStatus {
  readonly id: PromiseId;
  /** Short name for tables. */
  readonly title: string;
  /** The sentence of the page. */
  readonly sentence: string;
  readonly state: PromiseState;
  /** Why it is in that state, in one sentence. */
  readonly reason: string;
  readonly lastProvenMs?: number;
  readonly probes: readonly ProbeStatus[];
}
