/** Where one copy of every object lies, and what it fails together with. */
export interface DurabilityZone {
  readonly name: string;
  /** A whole failure domain can be lost at once: a site, an account, an administrator. */
  readonly failureDomain: string;
  /**
   * The medium under the zone; zones of one device lose their copies together. Left out, all zones of the failure
   * domain are taken to share one device, because nothing shows that they do not.
   */
  readonly device?: string;
  /**
   * What was seen under the zone. Zones of one medium in several failure domains are taken as one domain, because the
   * medium is lost for all of them, unless each of them has a `device`.
   */
  readonly medium?: string;
}

/**
 * `together`: one scrub reads all copies of an object within a time that is short against the interval.
 * `independent`: each copy is read at its own time.
 */
export type ScrubPhases = 'together' | 'independent';

/** What the model is computed from. AFR is the probability that it happens to one of them within a year, in [0, 1). */
export interface DurabilityInputs {
  readonly zones: readonly DurabilityZone[];
  /** Good copies without which an object is lost: 1 for whole copies, k for erasure coding with k data parts. */
  readonly copiesNeeded: number;
  /** Copies that are durable when a put is acknowledged. */
  readonly writeQuorum: number;
  /** Loss of a device with all copies on it. */
  readonly mediaAfr: number;
  /** Unnoticed damage of one copy of one object. */
  readonly rotAfr: number;
  /** Loss of everything in one failure domain. */
  readonly domainLossAfr: number;
  readonly scrubIntervalMs: number;
  readonly scrubPhases: ScrubPhases;
  /** From the loss of a device until its copies are whole again: noticing, replacing, filling. */
  readonly mediaRepairMs: number;
  /** From the discovery of a rotten copy until it is mended. */
  readonly rotRepairMs: number;
  /** From the loss of a failure domain until its copies are whole again, here or elsewhere. */
  readonly domainRebuildMs: number;
  /** From the acknowledgement at quorum until one of the other copies is durable. */
  readonly replicationLagMs: number;
}

export interface DurabilityModel {
  /** Probability that one object is lost in its first year, the time before its last copy is written included. */
  readonly annualLoss: number;
  /** -log10 of `annualLoss`. */
  readonly nines: number;
  /** Losses per object and year once all copies are written. */
  readonly lossesPerYear: number;
  readonly meanYearsToLoss: number;
  /** Probability that an acknowledged object is lost before all copies were written; the worst choice of zones. */
  readonly windowLoss: number;
  /** Mean time that a rotten copy stays unnoticed. */
  readonly detectionMs: number;
  /** Transient states of the chain. */
  readonly states: number;
}

export type TimingOfSimulation = 'exponential' | 'clockwork';

export interface SimulationOptions {
  readonly seed: number;
  /** Simulated years of each object; a lost object is replaced by a new one. */
  readonly years: number;
  readonly objects: number;
  /**
   * `exponential` draws every duration as the chain does. `clockwork` repairs in fixed times and scrubs at fixed
   * instants, as the program does; it shows what the exponential assumption costs. Default `exponential`.
   */
  readonly timing?: TimingOfSimulation;
}

export interface SimulationResult {
  readonly seed: number;
  readonly timing: TimingOfSimulation;
  /** Objects that were acknowledged, replacements included. */
  readonly acknowledged: number;
  readonly lossesInWindow: number;
  /** Object-years after all copies were written, and the losses in them. */
  readonly wholeYears: number;
  readonly lossesWhenWhole: number;
  readonly events: number;
}
