import { dimensions, metricName, unit } from './members.ts';
import { double, integer, list, required, structure, time, type ValueOf } from './model/shapes.ts';

/** One measurement of PutMetricData, in one of its three forms; `point-of.ts` has the rules between its members. */
export const datum = structure({
  MetricName: required(metricName),
  Dimensions: dimensions,
  Timestamp: time(),
  Value: double(),
  StatisticValues: structure({
    SampleCount: required(double()),
    Sum: required(double()),
    Minimum: required(double()),
    Maximum: required(double()),
  }),
  Values: list(double()),
  Counts: list(double()),
  Unit: unit,
  StorageResolution: integer({ min: 1 }),
});
export type Datum = ValueOf<typeof datum>;
