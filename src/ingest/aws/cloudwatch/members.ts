import { CLOUDWATCH_LIMITS } from './limits.ts';
import {
  choice,
  double,
  flag,
  integer,
  list,
  map,
  required,
  structure,
  text,
  time,
  type ValueOf,
} from './model/shapes.ts';
import { parameterInvalid } from './operation.ts';
import { UNITS } from './units.ts';

/** Shapes that several operations have, with the constraints of the API's model. */

export const unit = choice(...UNITS);
export const namespace = text({ min: 1, max: 255, pattern: '[^:].*' });
export const metricName = text({ min: 1, max: 255 });
export const statistic = choice('SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum');
export const scanBy = choice('TimestampDescending', 'TimestampAscending');
export const nextToken = text({ min: 1, max: CLOUDWATCH_LIMITS.tokenLength });

const dimension = structure({
  Name: required(text({ min: 1, max: 255 })),
  Value: required(text({ min: 1, max: 1024 })),
});
export const dimensions = list(dimension, { max: CLOUDWATCH_LIMITS.dimensions });

const metric = structure({ Namespace: namespace, MetricName: metricName, Dimensions: dimensions });
export const metricDataQuery = structure({
  Id: required(text({ min: 1, max: 255 })),
  MetricStat: structure({
    Metric: required(metric),
    Period: required(integer({ min: 1 })),
    Stat: required(text({ min: 1, max: 255 })),
    Unit: unit,
  }),
  Expression: text({ min: 1, max: 2048 }),
  Label: text(),
  ReturnData: flag(),
  Period: integer({ min: 1 }),
  AccountId: text({ min: 1, max: 255 }),
});
export const metricDataQueries = list(metricDataQuery);

export const message = structure({ Code: text(), Value: text() });

export const alarmName = text({ min: 1, max: 255 });
export const alarmNames = list(alarmName, { max: CLOUDWATCH_LIMITS.alarmsNamed });
export const alarmArn = text({ min: 1, max: 1600 });
export const actions = list(text({ min: 1, max: 1024 }), { max: 5 });
export const stateValue = choice('OK', 'ALARM', 'INSUFFICIENT_DATA');
export const alarmTypes = list(choice('CompositeAlarm', 'MetricAlarm'));
export const maxRecords = integer({ min: 1, max: CLOUDWATCH_LIMITS.alarmsPerPage });
export const tagKey = text({ min: 1, max: 128 });
export const tagList = list(structure({ Key: required(tagKey), Value: required(text({ max: 256 })) }), { max: 50 });
export const resourceArn = text({ min: 1, max: 1024 });

export const numbersByName = map(text(), double());
export const timestamps = list(time());
export const numbers = list(double());

/** Dimensions by name. Throws `cloudwatch.parameter-invalid` when a name occurs twice: a metric has each once. */
export function dimensionsByName(
  pairs: ValueOf<typeof dimensions> | undefined,
  parameter = 'Dimensions',
): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const { Name, Value } of pairs ?? []) {
    if (found.has(Name)) throw parameterInvalid(`The parameter ${parameter} has the dimension name ${Name} twice.`);
    found.set(Name, Value);
  }
  // Object.fromEntries defines properties, so that any name is only a name.
  return Object.fromEntries(found);
}

export const dimensionPairs = (
  byName: Readonly<Record<string, string>>,
): readonly { readonly Name: string; readonly Value: string }[] =>
  Object.entries(byName).map(([Name, Value]) => ({ Name, Value }));
