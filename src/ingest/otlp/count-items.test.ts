import { expect, it } from 'vitest';
import { collector, encodeWith, field, message } from '../../../test/ingest/otlp-encoder.ts';
import { countJsonItems, countProtobufItems, DATA_POINTS, SPANS } from './count-items.ts';

it('counts spans and data points in both encodings', () => {
  const traces = {
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }, { name: 'b' }] }, { spans: [{ name: 'c' }] }] }],
  };
  const point = { asDouble: 1 };
  const metrics = {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ gauge: { dataPoints: [point, point] } }, { sum: { dataPoints: [point] } }] }] },
    ],
  };
  const metric = collector.metrics.v1.ExportMetricsServiceRequest;
  const scopeSpans = (count: number): Uint8Array =>
    message((writer) => {
      for (let span = 0; span < count; span += 1) field(writer, 2, new Uint8Array([0x2a, 1, 0x61]));
    });
  const resourceSpans = message((writer) => field(field(writer, 2, scopeSpans(2)), 2, scopeSpans(1)));
  const spans = Buffer.from(message((root) => field(root, 1, resourceSpans)));
  expect(countProtobufItems(spans, SPANS)).toBe(3);
  expect(countJsonItems(Buffer.from(JSON.stringify(traces)), SPANS)).toBe(3);
  expect(countProtobufItems(Buffer.from(encodeWith(metric, metrics)), DATA_POINTS)).toBe(3);
  expect(countJsonItems(Buffer.from(JSON.stringify(metrics)), DATA_POINTS)).toBe(3);
  expect(() => countProtobufItems(Buffer.from([0x0a, 0x7f]), SPANS)).toThrow(/not valid OTLP protobuf/);
});
