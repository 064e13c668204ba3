import { describe, expect, it } from 'vitest';
import { Failure, type FailureDetails, type RegisteredFailure } from '../../base/index.ts';
import { awsErrorOf } from './error-names.ts';
import { createNames } from './names.ts';

const names = createNames({ accountId: '123456789012', region: 'eu-west-1' });
const named = (spec: RegisteredFailure, details: FailureDetails = {}, operation = 'PutLogEvents') =>
  awsErrorOf({ failure: new Failure(spec, details), operation, names, caller: 'writer' });
const spec = (code: string, status: number, retryable = false): RegisteredFailure => ({
  code,
  status,
  exit: 'bug',
  message: 'it failed with {reason}',
  hint: 'do something',
  retryable,
});

describe('the AWS name of a failure', () => {
  it('tells who may not do what, and which right is missing', () => {
    const error = named(spec('access.forbidden', 403), { action: 'logs:Write', object: 'log-group /a' });
    expect(error).toEqual({
      type: 'AccessDeniedException',
      status: 400,
      message:
        'User: arn:aws:iam::123456789012:user/writer is not authorized to perform: logs:PutLogEvents because no identity-based policy allows the logs:PutLogEvents action (the key needs logs:Write on log-group /a)',
    });
  });

  it('points at the place in a malformed query', () => {
    const error = named(spec('logs.query-malformed', 400), { reason: 'x', offset: 7, length: 3 }, 'StartQuery');
    expect(error).toMatchObject({
      type: 'MalformedQueryException',
      status: 400,
      members: {
        queryCompileError: { location: { startCharOffset: 7, endCharOffset: 10 }, message: 'it failed with x' },
      },
    });
  });

  it('lets an SDK retry what may succeed later', () => {
    expect(named(spec('telemetry.overloaded', 503, true))).toMatchObject({ type: 'ThrottlingException', status: 400 });
    expect(named(spec('ingest.overloaded', 429, true))).toMatchObject({ type: 'ThrottlingException', status: 400 });
    expect(named(spec('telemetry.disk-full', 503, true))).toMatchObject({
      type: 'ServiceUnavailableException',
      status: 503,
    });
    expect(named(spec('any.other', 503, true))).toMatchObject({ type: 'ServiceUnavailableException', status: 503 });
    expect(named(spec('access.too-many-attempts', 429, true))).toMatchObject({ type: 'ThrottlingException' });
  });

  it('knows the name of too many tags for each operation', () => {
    expect(named(spec('logs.too-many-tags', 400), {}, 'TagResource').type).toBe('TooManyTagsException');
    expect(named(spec('logs.too-many-tags', 400), {}, 'TagLogGroup').type).toBe('InvalidParameterException');
  });

  it('falls back on what the registration says, and keeps defects to itself', () => {
    expect(named(spec('any.x', 404)).type).toBe('ResourceNotFoundException');
    expect(named(spec('any.x', 403)).type).toBe('AccessDeniedException');
    expect(named(spec('any.x', 409)).type).toBe('OperationAbortedException');
    expect(named(spec('any.x', 422), { reason: 'y' })).toEqual({
      type: 'InvalidParameterException',
      status: 400,
      message: 'It failed with y. Hint: do something.',
    });
    expect(named(spec('any.x', 500), { reason: '/secret/path' })).toEqual({
      type: 'InternalServerException',
      status: 500,
      message: 'The service encountered an internal error. Please try again.',
    });
  });
});
