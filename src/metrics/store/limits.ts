import { DAY_MS, defineLimits, HOUR_MS, SECOND_MS } from '../../base/index.ts';

/** Limits of the store of metric points. */
export const METRICS_STORE_LIMITS = defineLimits('metrics', {
  dimensionsMax: {
    value: 30,
    unit: 'count',
    reason: 'the number of CloudWatch; a metric with more is an event and belongs into the logs',
  },
  nameLengthMax: {
    value: 255,
    unit: 'count',
    reason: 'UTF-16 code units of a namespace, a metric and the name of a dimension; the number of CloudWatch',
  },
  dimensionValueLengthMax: {
    value: 1024,
    unit: 'count',
    reason: 'UTF-16 code units; the number of CloudWatch',
  },
  valuesPerPointMax: {
    value: 512,
    unit: 'count',
    reason:
      'different values of one point: all buckets of a histogram of the OpenTelemetry SDKs, and CloudWatch takes 150',
  },
  pastMsMax: {
    value: 14 * DAY_MS,
    unit: 'ms',
    reason: 'how late a point may be; the number of CloudWatch, and a day less than the shortest roll-up is kept',
  },
  futureMsMax: {
    value: 2 * HOUR_MS,
    unit: 'ms',
    reason: 'how far ahead a point may be; the number of CloudWatch',
  },
  pointsPerCallMax: {
    value: 100_000,
    unit: 'count',
    reason: 'one call stays one insert of the store, and one turn of the alarms that listen',
  },
  liveSeriesMax: {
    value: 1_000_000,
    unit: 'count',
    reason:
      'series that are remembered as known, about 100 bytes each; past it a sender has put an id into a dimension',
  },
  seriesLiveMs: {
    value: 3 * HOUR_MS,
    unit: 'ms',
    reason: 'a series that was silent this long is no longer live; what CloudWatch calls recently active',
  },
  seriesRefreshMs: {
    value: HOUR_MS,
    unit: 'ms',
    reason: 'how often the time a series was last seen is written again while it lives',
  },
  seriesListedMs: {
    value: 14 * DAY_MS,
    unit: 'ms',
    reason: 'a metric without points this long is not listed any more; the number of CloudWatch',
  },
  queriesPerCallMax: {
    value: 1_000,
    unit: 'count',
    reason: 'metrics and expressions of one call; CloudWatch takes 500',
  },
  datapointsPerCallMax: {
    value: 3_000_000,
    unit: 'count',
    reason: 'an answer is held in memory; a day of 2,000 metrics by the minute fits',
  },
  distributionPointsMax: {
    value: 200_000,
    unit: 'count',
    reason: 'periods of which a percentile may be asked in one call: the engine holds the buckets of each in memory',
  },
  metricsPerStatementMax: {
    value: 2_000,
    unit: 'count',
    reason: 'metrics read by one statement, whose text must stay under that of the engine',
  },
  statisticsPerStatementMax: {
    value: 10,
    unit: 'count',
    reason: 'different statistics read by one statement: it computes each of them for all of its metrics',
  },
  periodsPerSeriesMax: {
    value: 1_000_000,
    unit: 'count',
    reason: 'periods of one series in one call; the engine has an array of them for each, which ends at 2^20',
  },
  listLimitMax: {
    value: 5_000,
    unit: 'count',
    reason: 'metrics of one page; CloudWatch gives 500',
  },
  queryTimeoutMs: {
    value: 30 * SECOND_MS,
    unit: 'ms',
    reason: 'wall time of one reading; a graph that takes longer is not waited for',
  },
});
