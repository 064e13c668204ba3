/** Numbers in (0, 1], the same for the same seed on every machine. */
export type RandomNumbers = () => number;

/**
 * A counter of 64 bits in two words, stepped by an odd constant (so its period is 2^64), whose words are mixed by the
 * finalizer of MurmurHash3; each number has 53 bits. Good enough for simulation, never for secrets.
 */
export function createRandomNumbers(seed: number): RandomNumbers {
  let high = seed >>> 0;
  let low = Math.imul(seed ^ 0x5bd1e995, 0x2545f491) >>> 0;
  const mix = (value: number): number => {
    let bits = value;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
  };
  return () => {
    low = (low + 0x9e3779b9) >>> 0;
    high = (high + 0x6c8e9cf5 + (low < 0x9e3779b9 ? 1 : 0)) >>> 0;
    const first = mix(low ^ mix(high));
    const second = mix((high + first) >>> 0);
    return ((first >>> 5) * 67_108_864 + (second >>> 6) + 0.5) / 9_007_199_254_740_992;
  };
}

/** Never rings when the rate is zero. */
export const exponential = (random: RandomNumbers, rate: number): number =>
  rate === 0 ? Number.POSITIVE_INFINITY : -Math.log(random()) / rate;
