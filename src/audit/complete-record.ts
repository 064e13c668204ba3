import { clip, newId, storableText } from '../base/index.ts';
import type { Redactor } from '../redact/index.ts';
import { AUDIT_LIMITS } from './limits.ts';
import type { AuditEntry, AuditIdentity, AuditRecord } from './types.ts';

export interface RecordSettings {
  readonly redactor: Pick<Redactor, 'value' | 'text'> | undefined;
  readonly region: string;
  readonly accountId: string;
}

/** One row of audit_records but for its number, which the insert gives. */
export interface CompletedRecord {
  readonly event_id: string;
  readonly event_time_ms: number;
  readonly event_source: string;
  readonly event_name: string;
  readonly category: string;
  readonly read_only: boolean;
  readonly identity_type: string;
  readonly identity_id: string;
  readonly identity_name: string;
  readonly source_ip: string;
  readonly error_code: string | null;
  readonly resource_names: readonly string[];
  readonly record: string;
}

/** Completes an entry to a stored record: redacted first, then cut to size, so that no cut hides half a secret. */
export function completeRecord(entry: AuditEntry, nowMs: number, settings: RecordSettings): CompletedRecord {
  const text = (value: string, max: number): string => clip(storableText(settings.redactor?.text(value) ?? value), max);
  const name = (value: string): string => text(value, AUDIT_LIMITS.nameChars);
  const identity: AuditIdentity = {
    ...entry.identity,
    name: name(entry.identity.name),
    id: name(entry.identity.id),
    sourceIp: name(entry.identity.sourceIp),
    userAgent: text(entry.identity.userAgent, AUDIT_LIMITS.textChars),
  };
  const resources = (entry.resources ?? [])
    .slice(0, AUDIT_LIMITS.resourcesMax)
    .map((resource) => ({ type: name(resource.type), name: name(resource.name) }));
  const record = shapeRecord({ ...entry, identity, resources }, nowMs, {
    ...settings,
    errorMessage: entry.errorMessage === undefined ? undefined : text(entry.errorMessage, AUDIT_LIMITS.textChars),
  });
  return {
    event_id: record.eventID,
    event_time_ms: nowMs,
    event_source: record.eventSource,
    event_name: record.eventName,
    category: record.eventCategory,
    read_only: record.readOnly,
    identity_type: identity.type,
    identity_id: identity.id,
    identity_name: identity.name,
    source_ip: identity.sourceIp,
    error_code: record.errorCode ?? null,
    resource_names: resources.map((resource) => resource.name),
    record: JSON.stringify(record),
  };
}

type ShapeSettings = RecordSettings & { readonly errorMessage: string | undefined };

function shapeRecord(entry: AuditEntry, nowMs: number, settings: ShapeSettings): Omit<AuditRecord, 'sequence'> {
  const { identity } = entry;
  const category = entry.category ?? 'Management';
  const masked = (value: unknown, bytesMax: number): unknown =>
    value === undefined ? null : withinSize(settings.redactor?.value(plain(value)) ?? plain(value), bytesMax);
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(identity, settings.accountId),
    eventTime: new Date(nowMs).toISOString(),
    eventSource: `${entry.source}.holdfast`,
    eventName: entry.eventName,
    awsRegion: settings.region,
    sourceIPAddress: identity.sourceIp,
    userAgent: identity.userAgent,
    ...(entry.errorCode === undefined ? {} : { errorCode: clip(entry.errorCode, AUDIT_LIMITS.nameChars) }),
    ...(settings.errorMessage === undefined ? {} : { errorMessage: settings.errorMessage }),
    requestParameters: masked(entry.requestParameters, AUDIT_LIMITS.requestParametersBytes),
    responseElements: masked(entry.responseElements, AUDIT_LIMITS.responseElementsBytes),
    requestID: newId(nowMs),
    eventID: newId(nowMs),
    readOnly: entry.readOnly,
    ...(entry.resources === undefined || entry.resources.length === 0
      ? {}
      : { resources: entry.resources.map(({ type, name }) => ({ type, resourceName: name })) }),
    eventType: eventType(entry),
    managementEvent: category === 'Management',
    recipientAccountId: settings.accountId,
    eventCategory: category,
  };
}

function eventType(entry: AuditEntry): string {
  if (entry.eventName === 'ConsoleLogin') return 'AwsConsoleSignIn';
  return entry.identity.type === 'system' ? 'AwsServiceEvent' : 'AwsApiCall';
}

/** The four kinds of identity in CloudTrail's words, so that rules written for CloudTrail find their fields. */
function userIdentity(identity: AuditIdentity, accountId: string): Readonly<Record<string, unknown>> {
  const { id, name, sessionId } = identity;
  const session = sessionId === undefined ? {} : { sessionContext: { sessionId } };
  switch (identity.type) {
    case 'person': {
      const arn = `arn:holdfast:access::${accountId}:person/${id}`;
      return { type: 'IAMUser', principalId: id, arn, accountId, userName: name, ...session };
    }
    case 'key': {
      const arn = `arn:holdfast:access::${accountId}:key/${id}`;
      return { type: 'IAMUser', principalId: id, arn, accountId, accessKeyId: id, userName: name };
    }
    case 'system':
      return { type: 'AWSService', principalId: id, accountId, invokedBy: `${name}.holdfast` };
    case 'anonymous':
      return { type: 'Unknown', principalId: id, accountId, userName: name };
  }
}

/** JSON data only: what cannot be written as JSON is named instead of failing the call that it describes. */
function plain(value: unknown): unknown {
  try {
    const json = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
    return json === undefined ? null : JSON.parse(json);
  } catch {
    return { omitted: 'not JSON data' };
  }
}

function withinSize(value: unknown, bytesMax: number): unknown {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  return bytes <= bytesMax ? value : { omitted: `${bytes} bytes are more than ${bytesMax}` };
}
