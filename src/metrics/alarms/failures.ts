import { defineFailures } from '../../base/index.ts';

/** Failures of alarms. */
export const METRICS_ALARMS_FAILURES = defineFailures('alarms', {
  parameterInvalid: {
    status: 400,
    exit: 'usage',
    message: '{parameter} has the value {value}, which is not {expected}',
    hint: 'set {parameter} to {expected}; docs/alarms.md tells what alarms accept',
  },
  parameterCombination: {
    status: 400,
    exit: 'usage',
    message: 'these parameters do not go together: {reason}',
    hint: 'give an alarm exactly one of Statistic, ExtendedStatistic and Metrics; docs/alarms.md has examples',
  },
  parameterMissing: {
    status: 400,
    exit: 'usage',
    message: '{parameter} is missing',
    hint: 'add {parameter}: {expected}',
  },
  unsupported: {
    status: 400,
    exit: 'usage',
    message: '{feature} is not supported',
    hint: '{instead}',
  },
  ruleInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the alarm rule is wrong at column {column}: {reason}',
    hint: 'write ALARM(name), OK(name), INSUFFICIENT_DATA(name), TRUE or FALSE joined by AND, OR, NOT and parentheses',
  },
  childMissing: {
    status: 400,
    exit: 'usage',
    message: 'the alarm rule or suppressor names {child}, which does not exist',
    hint: 'create that alarm first, or correct its name',
  },
  tooMany: {
    status: 400,
    exit: 'limit',
    message: '{what}: {count} would be more than the limit of {max}',
    hint: 'delete alarms that nobody needs',
  },
  notFound: {
    status: 404,
    exit: 'notFound',
    message: 'there is no alarm {alarmName}',
    hint: 'list the alarms to see how it is spelled; names are case-sensitive',
  },
  inUse: {
    status: 400,
    exit: 'conflict',
    message: 'the alarm {alarmName} is named by the composite alarm {parent}',
    hint: 'change the rule of {parent} first; to break a cycle set its rule to FALSE',
  },
  tokenInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the page token is torn or belongs to another request',
    hint: 'begin again without a token',
  },
  evaluationFailed: {
    status: 503,
    exit: 'unavailable',
    message: 'the alarm {alarmName} could not be evaluated: {reason}',
    hint: 'look at the health of the metric store; the alarm keeps its state and is tried again',
    retryable: true,
  },
});
