import { groupZones } from './copy-state.ts';
import { durabilityModel, solveDurability } from './durability-model.ts';
import { findImprovements, type Improvement } from './find-improvements.ts';
import {
  type DurabilityConfiguration,
  type DurabilityObservations,
  gatherInputs,
  type ReportedInput,
} from './gather-inputs.ts';
import { poissonUpperBound } from './poisson.ts';
import type { DurabilityInputs, DurabilityModel } from './types.ts';

/** The claim that the trust page is held against. */
export const NINES_CLAIMED = 11;

export type LossCause = 'domain-loss' | 'media-loss' | 'rot' | 'quorum-window';

export interface EmpiricalBound {
  readonly objectYears: number;
  readonly objectsLost: number;
  /** Largest annual loss probability per object that the observation does not contradict at 95 %; at most 1. */
  readonly annualLossUpper: number;
  readonly sentence: string;
}

export interface DurabilityReport {
  readonly model: DurabilityModel;
  readonly inputs: DurabilityInputs;
  readonly reported: readonly ReportedInput[];
  readonly reachesClaim: boolean;
  /** Without which the figure would rise most. */
  readonly limitedBy: LossCause;
  /** One sentence for the trust page, true whichever way it comes out. */
  readonly sentence: string;
  /** Empty when the claim is reached. */
  readonly improvements: readonly Improvement[];
  readonly empirical: EmpiricalBound;
}

/** Rounded down, so that 10.96 is never shown as 11.0. */
export const formatNines = (nines: number): string => (Math.floor(nines * 10 + 1e-9) / 10).toFixed(1);

/** Two digits, and a power of ten where the number is far from one. */
const formatSmall = (value: number): string =>
  value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(1).replace('+', '');

const WITHOUT: Readonly<Record<LossCause, (inputs: DurabilityInputs) => DurabilityInputs>> = {
  'domain-loss': (inputs) => ({ ...inputs, domainLossAfr: 0 }),
  'media-loss': (inputs) => ({ ...inputs, mediaAfr: 0 }),
  rot: (inputs) => ({ ...inputs, rotAfr: 0 }),
  'quorum-window': (inputs) => ({ ...inputs, writeQuorum: inputs.zones.length }),
};

const CAUSES: readonly LossCause[] = ['domain-loss', 'media-loss', 'rot', 'quorum-window'];

function limitingCause(inputs: DurabilityInputs): LossCause {
  const gains = CAUSES.map((cause) => ({ cause, loss: solveDurability(WITHOUT[cause](inputs)).annualLoss }));
  return gains.reduce((least, each) => (each.loss < least.loss ? each : least)).cause;
}

function becauseOf(cause: LossCause, inputs: DurabilityInputs): string {
  const layout = groupZones(inputs.zones);
  const copies = `${inputs.zones.length} ${inputs.zones.length === 1 ? 'copy' : 'copies'}`;
  switch (cause) {
    case 'domain-loss':
      return layout.length === 1
        ? `all copies (${copies}) lie in one failure domain, and losing it loses them together`
        : `whole failure domains can be lost, and there are ${layout.length} for ${copies}`;
    case 'media-loss': {
      const devices = layout.flat().length;
      return devices === 1
        ? `all copies (${copies}) are taken to lie on one device, and losing it loses them together`
        : `devices fail, and there are ${devices} for ${copies}`;
    }
    case 'rot':
      return 'damage of single copies stays unnoticed until the next scrub';
    case 'quorum-window':
      return `an object is acknowledged when ${inputs.writeQuorum} of ${copies} are durable, and the others come later`;
  }
}

function sentenceOf(report: Pick<DurabilityReport, 'model' | 'inputs' | 'limitedBy' | 'improvements'>): string {
  const { model, inputs, limitedBy, improvements } = report;
  const figure = `${formatNines(model.nines)} nines (one object is lost within a year with probability ${formatSmall(model.annualLoss)})`;
  if (model.nines >= NINES_CLAIMED) return `This configuration reaches eleven nines by computation: ${figure}.`;
  const enough = improvements.filter((improvement) => improvement.reaches).map((improvement) => improvement.change);
  const remedy =
    enough.length === 0
      ? 'No single change would reach eleven; several are needed together.'
      : `To reach eleven: ${enough.join('; or ')}.`;
  return `This configuration does not reach eleven nines: it computes to ${figure}, because ${becauseOf(limitedBy, inputs)}. ${remedy}`;
}

/** What counting alone shows: at 95 % confidence, for no losses 3 / object-years, exact for any number of losses. */
export function empiricalBound(objectYears: number, objectsLost: number): EmpiricalBound {
  const lossesUpper = poissonUpperBound(objectsLost, 0.95);
  const annualLossUpper = objectYears > 0 ? Math.min(1, lossesUpper / objectYears) : 1;
  const years = objectYears.toLocaleString('en-US', { maximumFractionDigits: objectYears < 10 ? 1 : 0 });
  const needed = formatSmall(poissonUpperBound(0, 0.95) * 10 ** NINES_CLAIMED);
  const shown =
    annualLossUpper === 1
      ? 'which is too little to show anything'
      : `so with 95 % confidence the annual loss probability is below ${formatSmall(annualLossUpper)}`;
  const sentence = `${objectsLost} objects were lost in ${years} object-years, ${shown}; to show eleven nines by counting, ${needed} object-years without a loss would be needed.`;
  return { objectYears, objectsLost, annualLossUpper, sentence };
}

/**
 * The durability of the running configuration for the trust page: the figure, each input with its source, whether it
 * reaches eleven nines and what would, and what counting shows. Throws what `durabilityModel` throws.
 */
export function durabilityReport(
  configuration: DurabilityConfiguration,
  observed: DurabilityObservations,
): DurabilityReport {
  const { inputs, reported } = gatherInputs(configuration, observed);
  const model = durabilityModel(inputs);
  const reachesClaim = model.nines >= NINES_CLAIMED;
  const improvements = reachesClaim ? [] : findImprovements(inputs, NINES_CLAIMED);
  const limitedBy = limitingCause(inputs);
  return {
    model,
    inputs,
    reported,
    reachesClaim,
    limitedBy,
    improvements,
    sentence: sentenceOf({ model, inputs, limitedBy, improvements }),
    empirical: empiricalBound(observed.objectYears, observed.objectsLost),
  };
}
