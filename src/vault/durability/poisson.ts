/** ln(n!) by adding for small n and by Stirling's series above. */
function logFactorial(n: number): number {
  if (n < 32) {
    let sum = 0;
    for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
    return sum;
  }
  const inverse = 1 / n;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}

/** Probability of at most `count` events when `mean` are expected. */
export function poissonAtMost(count: number, mean: number): number {
  if (count < 0) return 0;
  if (mean === 0) return 1;
  if (count > mean) {
    // The lower tail is nearly 1 here; summing the upper one keeps its digits.
    let term = Math.exp((count + 1) * Math.log(mean) - mean - logFactorial(count + 1));
    let above = 0;
    for (let k = count + 1; term > above * 1e-17 && term > 0; k += 1) {
      above += term;
      term *= mean / (k + 1);
    }
    return 1 - above;
  }
  let term = Math.exp(count * Math.log(mean) - mean - logFactorial(count));
  let sum = 0;
  for (let k = count; k >= 0 && term > sum * 1e-17; k -= 1) {
    sum += term;
    term *= k / mean;
  }
  return sum;
}

/** The mean at which at most `count` events have the given probability. */
function meanWhere(count: number, probability: number): number {
  let low = 0;
  let high = count + 20 + 20 * Math.sqrt(count + 1);
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (poissonAtMost(count, middle) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The largest mean that `count` observed events do not contradict at the given confidence (Garwood 1936); for no events
 * and 95 % it is -ln 0.05 = 2.996, the rule of three.
 */
export const poissonUpperBound = (count: number, confidence: number): number => meanWhere(count, 1 - confidence);

/** The two-sided interval of Garwood. */
export function poissonInterval(count: number, confidence: number): { readonly low: number; readonly high: number } {
  const tail = (1 - confidence) / 2;
  return { low: count === 0 ? 0 : meanWhere(count - 1, 1 - tail), high: meanWhere(count, tail) };
}
