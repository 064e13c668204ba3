import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { LogRow } from '../src/telemetry/index.ts';

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter => writer.tag(field, 2).string(value);
const message = (writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): BinaryWriter => {
  writer.tag(field, 2).fork();
  write(writer);
  return writer.join();
};
const attribute = (writer: BinaryWriter, field: number, key: string, value: string): BinaryWriter =>
  message(writer, field, (pair) => {
    text(pair, 1, key);
    message(pair, 2, (any) => text(any, 1, value));
  });

/** An ExportLogsServiceRequest in protobuf (opentelemetry-proto 1.x) of rows that share one resource. */
export function otlpBody(rows: readonly LogRow[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  message(writer, 1, (resourceLogs) => {
    message(resourceLogs, 1, (resource) => {
      for (const [key, value] of Object.entries(rows[0]?.resource ?? {})) attribute(resource, 1, key, value);
    });
    message(resourceLogs, 2, (scopeLogs) => {
      message(scopeLogs, 1, (scope) => text(scope, 1, 'http'));
      for (const row of rows) {
        message(scopeLogs, 2, (record) => {
          record.tag(1, 1).fixed64(row.timeNs);
          record.tag(2, 0).int32(row.severityNumber);
          text(record, 3, row.severityText);
          message(record, 5, (body) => text(body, 1, row.body));
          if (row.traceId !== '') record.tag(9, 2).bytes(Buffer.from(row.traceId, 'hex'));
        });
      }
    });
  });
  return new Uint8Array(writer.finish());
}
