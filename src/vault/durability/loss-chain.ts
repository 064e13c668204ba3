import { Failure } from '../../base/index.ts';
import { allGood, type CopyState, countGood, transitionsOf } from './copy-state.ts';
import { VAULT_DURABILITY_FAILURES } from './failures.ts';
import { VAULT_DURABILITY_LIMITS } from './limits.ts';
import type { DurabilityInputs } from './types.ts';
import type { YearlyRates } from './yearly-rates.ts';

/**
 * An absorbing continuous-time Markov chain. Transient states are numbered from 0, the start. `rows[i]` holds the rates
 * per year to every transient state, then to the absorbing end `lost`, then to the absorbing end `whole`; the diagonal is
 * unused. It is kept without the diagonal so that nothing ever has to be subtracted.
 */
export interface LossChain {
  readonly size: number;
  readonly rows: readonly Float64Array[];
}

/** Explores all states that can follow `start`. With `endAtWhole`, reaching all good copies ends the chain too. */
export function buildLossChain(
  inputs: DurabilityInputs,
  rates: YearlyRates,
  { start, endAtWhole }: { readonly start: CopyState; readonly endAtWhole: boolean },
): LossChain {
  const whole = allGood(inputs);
  const numbers = new Map<CopyState, number>([[start, 0]]);
  const edges: { readonly from: number; readonly to: number | 'lost' | 'whole'; readonly rate: number }[] = [];
  const { statesMax } = VAULT_DURABILITY_LIMITS;
  // A Map iterates over what is added while it is walked, so this is a breadth-first search.
  for (const [state, from] of numbers) {
    for (const [to, rate] of transitionsOf(state, rates)) {
      if (countGood(to) < inputs.copiesNeeded) edges.push({ from, to: 'lost', rate });
      else if (endAtWhole && to === whole) edges.push({ from, to: 'whole', rate });
      else {
        if (!numbers.has(to)) numbers.set(to, numbers.size);
        edges.push({ from, to: numbers.get(to) ?? 0, rate });
      }
    }
    if (numbers.size > statesMax) {
      throw new Failure(VAULT_DURABILITY_FAILURES.layoutTooLarge, { zones: inputs.zones.length, statesMax });
    }
  }
  const size = numbers.size;
  const rows = Array.from({ length: size }, () => new Float64Array(size + 2));
  for (const { from, to, rate } of edges) {
    const row = rows[from];
    const column = to === 'lost' ? size : to === 'whole' ? size + 1 : to;
    if (row !== undefined) row[column] = (row[column] ?? 0) + rate;
  }
  return { size, rows };
}

export interface Absorption {
  /** Mean years from the start to either end. */
  readonly meanYears: number;
  /** Probability that the end is `lost`. */
  readonly lost: number;
}

/**
 * Eliminates the transient states from the last to the first (Grassmann, Taksar and Heyman 1985; for first passage times
 * Dayar and Akar 2005). Leaving out state s adds, for every other state i, the ways that led through it,
 * q_ij += q_is q_sj / R_s, and the time spent in it, c_i += q_is c_s / R_s, where R_s is the sum of the rates out of s.
 * Only sums, products and quotients of positive numbers occur, so every result keeps nearly all digits, however small:
 * ordinary elimination would lose a probability of 1e-18 in the rounding of the diagonal.
 */
export function absorptionOf({ size, rows }: LossChain): Absorption {
  const q = rows.map((row) => Float64Array.from(row));
  const time = new Float64Array(size).fill(1);
  for (let s = size - 1; s > 0; s -= 1) {
    const leaving = q[s];
    if (leaving === undefined) break;
    const targets: number[] = [];
    let out = 0;
    for (let to = 0; to < size + 2; to += 1) {
      const rate = leaving[to] ?? 0;
      if ((to >= s && to < size) || rate === 0) continue;
      targets.push(to);
      out += rate;
    }
    for (let i = 0; i < s; i += 1) {
      const row = q[i];
      const into = row?.[s] ?? 0;
      if (row === undefined || into === 0) continue;
      const share = into / out;
      for (const to of targets) if (to !== i) row[to] = (row[to] ?? 0) + share * (leaving[to] ?? 0);
      time[i] = (time[i] ?? 0) + share * (time[s] ?? 0);
    }
  }
  const lost = q[0]?.[size] ?? 0;
  const whole = q[0]?.[size + 1] ?? 0;
  const ends = lost + whole;
  return { meanYears: (time[0] ?? 0) / ends, lost: ends === 0 ? 0 : lost / ends };
}
