const NUMBER = String.raw`\d{1,9}(?:\.\d{1,10})?`;
const PERCENT = String.raw`(?:100(?:\.0{1,10})?|\d{1,2}(?:\.\d{1,10})?)`;
const PLAIN = new RegExp(`^(?:p|tm|tc|ts|wm)${PERCENT}$`, 'i');
const RANGE = new RegExp(`^(?:TM|TC|TS|WM)\\((?:${PERCENT}%)?:(?:${PERCENT}%)?\\)$`, 'i');
const ABSOLUTE = new RegExp(`^(?:TM|TC|TS|WM|PR)\\((?:-?${NUMBER})?:(?:-?${NUMBER})?\\)$`, 'i');

/** True for the statistics beyond the five basic ones, in the forms that CloudWatch documents. */
export const isExtendedStatistic = (text: string): boolean =>
  text.toUpperCase() === 'IQR' ||
  ((PLAIN.test(text) || RANGE.test(text) || ABSOLUTE.test(text)) && !text.endsWith('(:)'));

/** True for `p99` and the like. */
export const isPercentile = (text: string): boolean => /^p\d/i.test(text) && PLAIN.test(text);

/**
 * How many samples a percentile needs to mean something: 10/(1-p) from the median up, 10/p below it, as CloudWatch
 * documents for EvaluateLowSampleCountPercentile. Undefined for other statistics.
 */
export function samplesNeeded(statistic: string): number | undefined {
  if (!isPercentile(statistic)) return undefined;
  const share = Number(statistic.slice(1)) / 100;
  if (share <= 0 || share >= 1) return 0;
  // Rounded, because 10 / (1 - 0.9) is 100.00000000000001 in binary floating point.
  return Math.ceil(Math.round((share >= 0.5 ? 10 / (1 - share) : 10 / share) * 1e6) / 1e6);
}
