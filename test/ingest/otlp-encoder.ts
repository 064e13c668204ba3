import { createRequire } from 'node:module';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Makes the protobuf form of OTLP requests for tests, on the encoders that the OpenTelemetry project generated. */
export interface Encoder {
  encode(message: unknown): { finish(): Uint8Array };
  fromObject(value: unknown): unknown;
}
interface Generated {
  readonly opentelemetry: {
    readonly proto: {
      readonly common: { readonly v1: { readonly KeyValue: Encoder; readonly AnyValue: Encoder } };
      readonly resource: { readonly v1: { readonly Resource: Encoder } };
      readonly collector: { readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: Encoder } } };
    };
  };
}
/** The encoders that the OpenTelemetry project generated; of the logs messages it ships the inner ones only. */
const generated: Generated = createRequire(import.meta.url)(
  '@opentelemetry/otlp-transformer/build/src/generated/root.js',
);
export const { common, resource: resourceProto, collector } = generated.opentelemetry.proto;
export const encodeWith = (encoder: Encoder, message: unknown): Uint8Array =>
  encoder.encode(encoder.fromObject(message ?? {})).finish();

export interface JsonRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: unknown;
  readonly attributes?: readonly unknown[];
  readonly flags?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly eventName?: string;
}
export interface JsonScope {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: readonly unknown[];
}
export interface JsonRequest {
  readonly resourceLogs?: readonly {
    readonly resource?: unknown;
    readonly scopeLogs?: readonly { readonly scope?: JsonScope; readonly logRecords?: readonly JsonRecord[] }[];
  }[];
}

export const message = (fill: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter();
  fill(writer);
  return writer.finish();
};
export const field = (writer: BinaryWriter, number: number, bytes: Uint8Array): BinaryWriter =>
  writer.tag(number, WireType.LengthDelimited).bytes(bytes);
const keyValues = (writer: BinaryWriter, number: number, list: readonly unknown[] = []): void => {
  for (const item of list) field(writer, number, encodeWith(common.v1.KeyValue, item));
};

/** The protobuf form of a request in the JSON form. */
export const toProtobuf = (request: JsonRequest): Buffer =>
  Buffer.from(
    message((root) => {
      for (const item of request.resourceLogs ?? []) {
        const inner = message((writer) => {
          if (item.resource !== undefined) field(writer, 1, encodeWith(resourceProto.v1.Resource, item.resource));
          for (const scopeLogs of item.scopeLogs ?? []) field(writer, 2, encodeScopeLogs(scopeLogs));
        });
        field(root, 1, inner);
      }
    }),
  );
export const encodeScopeLogs = ({
  scope,
  logRecords = [],
}: {
  readonly scope?: JsonScope;
  readonly logRecords?: readonly JsonRecord[];
}): Uint8Array =>
  message((writer) => {
    if (scope !== undefined) {
      const inner = message((out) => {
        if (scope.name !== undefined) out.tag(1, WireType.LengthDelimited).string(scope.name);
        if (scope.version !== undefined) out.tag(2, WireType.LengthDelimited).string(scope.version);
        keyValues(out, 3, scope.attributes);
      });
      field(writer, 1, inner);
    }
    for (const record of logRecords) field(writer, 2, encodeRecord(record));
  });
const encodeRecord = (record: JsonRecord): Uint8Array =>
  message((writer) => {
    if (record.timeUnixNano !== undefined) writer.tag(1, WireType.Bit64).fixed64(record.timeUnixNano);
    if (record.severityNumber !== undefined) writer.tag(2, WireType.Varint).int32(record.severityNumber);
    if (record.severityText !== undefined) writer.tag(3, WireType.LengthDelimited).string(record.severityText);
    if (record.body !== undefined) field(writer, 5, encodeWith(common.v1.AnyValue, record.body));
    keyValues(writer, 6, record.attributes);
    if (record.flags !== undefined) writer.tag(8, WireType.Bit32).fixed32(record.flags);
    if (record.traceId !== undefined) field(writer, 9, Buffer.from(record.traceId, 'hex'));
    if (record.spanId !== undefined) field(writer, 10, Buffer.from(record.spanId, 'hex'));
    if (record.observedTimeUnixNano !== undefined) writer.tag(11, WireType.Bit64).fixed64(record.observedTimeUnixNano);
    if (record.eventName !== undefined) writer.tag(12, WireType.LengthDelimited).string(record.eventName);
  });

export const wrap = (records: readonly JsonRecord[], resource: unknown = {}, scope: JsonScope = {}): JsonRequest => ({
  resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: records }] }],
});
export const attribute = (key: string, value: unknown) => ({ key, value });
