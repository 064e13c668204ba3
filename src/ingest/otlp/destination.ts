import type { IncomingHttpHeaders } from 'node:http';
import type { Redactor } from '../../redact/index.ts';

/** Which log stream the records of a resource belong to. */
export type Destination = (resource: Readonly<Record<string, string>>) => {
  readonly logGroup: string;
  readonly logStream: string;
};

const NAME_LENGTH_MAX = 512;
/** What CloudWatch Logs allows in the name of a group; a stream may hold anything but colon and asterisk. */
const NOT_IN_GROUP = /[^A-Za-z0-9._/#-]+/g;
const NOT_IN_STREAM = /[:*\u0000-\u001f\u007f]+/g;

/**
 * The headers of the request decide for all its records (`x-holdfast-log-group`, or AWS's `x-aws-log-group`; the same
 * with `-stream`), then the resource's `aws.log.group.names` and `aws.log.stream.names`, then its `service.name`.
 * Names from headers are passed on as they are, to be refused when they are wrong; names made from attributes are
 * masked and made valid, because no sender chose them as names.
 */
export function createDestination(headers: IncomingHttpHeaders, redactor: Redactor): Destination {
  const group = headerOf(headers, 'log-group');
  const stream = headerOf(headers, 'log-stream');
  return (resource) => ({
    logGroup: group ?? groupOf(resource, redactor),
    logStream: stream ?? streamOf(resource, redactor),
  });
}

function headerOf(headers: IncomingHttpHeaders, name: 'log-group' | 'log-stream'): string | undefined {
  const value = headers[`x-holdfast-${name}`] ?? headers[`x-aws-${name}`];
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text === undefined || text === '' ? undefined : text;
}

function groupOf(resource: Readonly<Record<string, string>>, redactor: Redactor): string {
  const named = firstOf(resource['aws.log.group.names']);
  const service = resource['service.name'] ?? '';
  const name = named ?? `/otlp/${service === '' ? 'unknown_service' : service}`;
  return redactor.text(name).replace(NOT_IN_GROUP, '_').slice(0, NAME_LENGTH_MAX);
}

function streamOf(resource: Readonly<Record<string, string>>, redactor: Redactor): string {
  const name =
    firstOf(resource['aws.log.stream.names']) ??
    firstOf(resource['service.instance.id']) ??
    firstOf(resource['host.name']) ??
    'default';
  return redactor.text(name).replace(NOT_IN_STREAM, '_').slice(0, NAME_LENGTH_MAX);
}

/** The attribute is an array in the convention, which is kept as JSON text; some senders write one string. */
function firstOf(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (!value.startsWith('["')) return value;
  try {
    const list: unknown = JSON.parse(value);
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    return typeof first === 'string' && first !== '' ? first : undefined;
  } catch {
    return value;
  }
}
