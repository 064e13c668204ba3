import { defineFailures } from '../../../base/index.ts';

/** What is wrong with a call of the CloudWatch API. `error-names.ts` gives each its name in AWS's words. */
export const CLOUDWATCH_FAILURES = defineFailures('cloudwatch', {
  parameterInvalid: {
    status: 400,
    exit: 'usage',
    message: '{reason}',
    hint: 'correct the parameter; docs/cloudwatch-metrics.md lists what is accepted',
  },
  parameterMissing: {
    status: 400,
    exit: 'usage',
    message: 'The parameter {parameter} is required.',
    hint: 'add the parameter {parameter}',
  },
  parametersConflict: {
    status: 400,
    exit: 'usage',
    message: '{reason}',
    hint: 'send only parameters that go together; docs/cloudwatch-metrics.md names them',
  },
  validationFailed: {
    status: 400,
    exit: 'usage',
    message: '{reason}',
    hint: 'correct what is named; docs/cloudwatch-metrics.md lists what is accepted',
  },
  tokenInvalid: {
    status: 400,
    exit: 'usage',
    message: 'the next token is not one of this request',
    hint: 'send the token that the last page gave, with the same parameters',
  },
  resourceNotFound: {
    status: 404,
    exit: 'notFound',
    message: '{reason}',
    hint: 'check the name and the account in it',
  },
  bodyMalformed: {
    status: 400,
    exit: 'usage',
    message: 'the request cannot be read: {reason}',
    hint: 'send JSON, CBOR or a form as the API describes it, plain or with Content-Encoding gzip',
  },
  requestTooLarge: {
    status: 413,
    exit: 'limit',
    message: 'the request has {bytes} bytes, more than the {limitBytes} that {operation} takes',
    hint: 'send smaller batches',
  },
  operationNotOffered: {
    status: 400,
    exit: 'usage',
    message: 'the operation {operation} of CloudWatch is not offered by Holdfast',
    hint: 'docs/cloudwatch-metrics.md lists the operations that are',
  },
  operationUnknown: {
    status: 400,
    exit: 'usage',
    message: 'CloudWatch has no operation {operation}',
    hint: 'check the name of the operation and the version of the API, which is 2010-08-01',
  },
});
