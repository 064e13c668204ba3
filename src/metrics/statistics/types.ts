/** A bound of a range: a percentage of the values by rank, or a value. */
export type Bound =
  | { readonly type: 'percent'; readonly percent: number }
  | { readonly type: 'value'; readonly value: number };

export type TrimmedMeasure = 'mean' | 'count' | 'sum' | 'winsorized';

/** A statistic as read by parseStatistic. */
export type StatisticSpec =
  | { readonly type: 'simple'; readonly name: 'SampleCount' | 'Sum' | 'Average' | 'Minimum' | 'Maximum' }
  | { readonly type: 'percentile'; readonly percent: number }
  | {
      readonly type: 'trimmed';
      readonly measure: TrimmedMeasure;
      readonly lower: Bound | undefined;
      readonly upper: Bound | undefined;
    }
  | { readonly type: 'rank'; readonly lower: number | undefined; readonly upper: number | undefined }
  | { readonly type: 'interquartileRange' };
