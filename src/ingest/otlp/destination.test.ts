import { describe, expect, it } from 'vitest';
import type { Redactor } from '../../redact/index.ts';
import { createDestination } from './destination.ts';

/** Masks one form of secret: which secrets there are is not the business of this file. */
const redactor: Redactor = {
  text: (text) => text.replace(/ghp_\w+/g, '[redacted:github-token:40]'),
  field: (_, value) => value,
  value: (value) => value,
};

describe('choosing the log group and stream', () => {
  const check = (headers: Record<string, string>, resource: Record<string, string>, expected: string): void => {
    const { logGroup, logStream } = createDestination(headers, redactor)(resource);
    expect(`${logGroup} ${logStream}`).toBe(expected);
  };
  it('prefers headers, then the names in the resource, then the service', () => {
    const resource = { 'service.name': 'api', 'host.name': 'h', 'service.instance.id': 'i' };
    check({}, {}, '/otlp/unknown_service default');
    check({}, resource, '/otlp/api i');
    check({}, { ...resource, 'aws.log.group.names': '["/a/b","c"]', 'aws.log.stream.names': 's' }, '/a/b s');
    check({ 'x-aws-log-group': 'g' }, resource, 'g i');
    check({ 'x-aws-log-group': 'g', 'x-holdfast-log-group': 'own', 'x-aws-log-stream': 's' }, resource, 'own s');
  });
  it('makes names from attributes valid and masks secrets in them', () => {
    check({}, { 'service.name': 'unknown_service:node', 'host.name': 'a:b*c' }, '/otlp/unknown_service_node a_b_c');
    const secret = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`;
    const { logGroup } = createDestination({}, redactor)({ 'service.name': `job-${secret}` });
    expect(logGroup).not.toContain(secret.slice(4));
    expect(logGroup).toMatch(/^[A-Za-z0-9._/#-]+$/);
  });
});
