import { Failure } from '../../../../base/index.ts';
import { CLOUDWATCH_FAILURES } from '../failures.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import type { Problem } from './read-input.ts';

/**
 * The service has two generations of words for a broken constraint: the older operations name one parameter
 * (`InvalidParameterValue`, `MissingParameter`), the others count validation errors.
 */
export type ProblemWords = 'parameter' | 'validation';

/** Throws what the problems mean; does nothing when there are none. */
export function refuseProblems(problems: readonly Problem[], words: ProblemWords): void {
  const [first] = problems;
  if (first === undefined) return;
  if (words === 'validation') throw validationFailure(problems);
  const parameter = parameterPath(first.path);
  if (first.type === 'missing') throw new Failure(CLOUDWATCH_FAILURES.parameterMissing, { parameter });
  const reason =
    first.size === undefined
      ? `The value ${first.value} for parameter ${parameter} is invalid. It must ${first.constraint}.`
      : sizeReason(parameter, first.constraint);
  throw new Failure(CLOUDWATCH_FAILURES.parameterInvalid, { reason });
}

const sizeReason = (parameter: string, constraint: string): string => {
  const bound = /\d+$/.exec(constraint)?.[0] ?? '';
  const compared = constraint.includes('less') ? 'greater' : 'less';
  return `The collection ${parameter} must not have a size ${compared} than ${bound}.`;
};

function validationFailure(problems: readonly Problem[]): Failure {
  const named = problems.slice(0, CLOUDWATCH_LIMITS.problemsNamed).map((problem) => {
    const at = modelPath(problem.path);
    if (problem.type === 'missing')
      return `Value null at '${at}' failed to satisfy constraint: Member must not be null`;
    const value = problem.size === undefined ? `'${problem.value}'` : problem.value;
    return `Value ${value} at '${at}' failed to satisfy constraint: Member must ${problem.constraint}`;
  });
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  return new Failure(CLOUDWATCH_FAILURES.validationFailed, { reason: `${count}: ${named.join('; ')}` });
}

/** `MetricData.member.1.MetricName`, as the Query form writes it. */
const parameterPath = (path: Problem['path']): string =>
  path.map((step) => (typeof step === 'number' ? `member.${step}` : step)).join('.');

/** `metricDataQueries.1.member.id` */
const modelPath = (path: Problem['path']): string =>
  path
    .map((step) => (typeof step === 'number' ? `${step}.member` : `${step.slice(0, 1).toLowerCase()}${step.slice(1)}`))
    .join('.');
