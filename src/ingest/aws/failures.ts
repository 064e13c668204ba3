import { defineFailures } from '../../base/index.ts';

/** What is wrong with a call of the AWS APIs before any area is asked. `error-names.ts` gives each its AWS name. */
export const AWS_FAILURES = defineFailures('aws', {
  parameterInvalid: {
    status: 400,
    exit: 'usage',
    message: '{reason}',
    hint: 'correct the parameter; docs/cloudwatch-logs.md lists what is accepted',
  },
  bodyMalformed: {
    status: 400,
    exit: 'usage',
    message: 'the body cannot be read: {reason}',
    hint: 'send the JSON that the API describes, plain or with Content-Encoding gzip',
  },
  operationUnknown: {
    status: 400,
    exit: 'usage',
    message: 'the operation {operation} of CloudWatch Logs is not offered by Holdfast',
    hint: 'docs/cloudwatch-logs.md lists the operations that are',
  },
});
