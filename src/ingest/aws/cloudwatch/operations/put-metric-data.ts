import { Failure } from '../../../../base/index.ts';
import type { MetricPoint } from '../../../../metrics/index.ts';
import { newRedactionReport, type RedactionReport } from '../../../../redact/index.ts';
import type { Cleaner } from '../../../sink/clean-record.ts';
import { type Datum, datum } from '../datum.ts';
import { CLOUDWATCH_FAILURES } from '../failures.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import { namespace } from '../members.ts';
import { flag, list, map, required, structure, text, type ValueOf } from '../model/shapes.ts';
import { countCall, defineOperation, PROTOCOL, parameterInvalid, parameterMissing } from '../operation.ts';
import { pointOf } from '../point-of.ts';

// What an entity may hold is checked below, because only StrictEntityValidation makes a mistake in it an error.
const entity = structure({ KeyAttributes: map(text(), text()), Attributes: map(text(), text()) });
const metricData = list(datum, { max: CLOUDWATCH_LIMITS.metricsPerPut });

const input = structure({
  Namespace: required(namespace),
  MetricData: metricData,
  EntityMetricData: list(structure({ Entity: entity, MetricData: metricData })),
  StrictEntityValidation: flag(),
});

/**
 * Takes all of the data or none. It is answered when every point is durable; a crash before that leaves points whose
 * sender was not answered, and who sends them again.
 */
export const putMetricData = defineOperation({
  name: 'PutMetricData',
  words: 'parameter',
  input,
  run: async (parts, call, request) => {
    const { putBytes: limitBytes } = CLOUDWATCH_LIMITS;
    if (call.bytes > limitBytes) {
      const details = { bytes: call.bytes, limitBytes, operation: 'PutMetricData' };
      throw new Failure(CLOUDWATCH_FAILURES.requestTooLarge, details);
    }
    // A refusal is audited, and a secret in a name must not get there either.
    const name = parts.cleaner.word(request.Namespace, newRedactionReport());
    await parts.authorize(call.actor, 'metrics:Write', { type: 'metric-namespace', name });
    checkNamespace(request.Namespace);
    if (request.StrictEntityValidation === true) checkEntities(request.EntityMetricData ?? []);
    const nowMs = Math.floor(parts.clock.nowMs());
    const raw = allData(request).map(({ data, at }) => pointOf(data, { namespace: request.Namespace, at, nowMs }));
    const report = newRedactionReport();
    const points = raw.map((point) => cleanPoint(point, parts.cleaner, report));
    await parts.metrics.append(points);
    parts.counters.accepted(PROTOCOL, { records: points.length, bytes: call.bytes });
    parts.onRedaction?.(report, { records: points.length, bytes: call.bytes });
    countCall(parts, call, {
      eventName: 'PutMetricData',
      readOnly: false,
      namespaces: [name],
      events: points.length,
    });
  },
});

function checkNamespace(name: string): void {
  if (!/^[0-9A-Za-z.\-_/#: ]+$/.test(name) || name.trim() === '' || /^AWS\//.test(name)) {
    throw parameterInvalid(
      `The value ${name} for parameter Namespace is invalid. It must not begin with AWS/ or a colon, and holds letters, digits, space and . - _ / # : only.`,
    );
  }
}

function allData(request: ValueOf<typeof input>): readonly { readonly data: Datum; readonly at: string }[] {
  const groups = [
    { list: request.MetricData ?? [], at: 'MetricData' },
    ...(request.EntityMetricData ?? []).map((group, index) => ({
      list: group.MetricData ?? [],
      at: `EntityMetricData.member.${index + 1}.MetricData`,
    })),
  ];
  const all = groups.flatMap(({ list: items, at }) =>
    items.map((data, index) => ({ data, at: `${at}.member.${index + 1}` })),
  );
  if (all.length === 0) throw parameterMissing('MetricData');
  if (all.length > CLOUDWATCH_LIMITS.metricsPerPut) {
    throw parameterInvalid(
      `The collection MetricData must not have a size greater than ${CLOUDWATCH_LIMITS.metricsPerPut}.`,
    );
  }
  return all;
}

function checkEntities(groups: readonly { readonly Entity?: ValueOf<typeof entity> | undefined }[]): void {
  for (const [index, { Entity }] of groups.entries()) {
    const at = `EntityMetricData.member.${index + 1}.Entity`;
    if (Entity === undefined) throw parameterMissing(at);
    checkAttributes(Entity.KeyAttributes ?? {}, `${at}.KeyAttributes`, { min: 2, max: 4, name: 32 });
    checkAttributes(Entity.Attributes ?? {}, `${at}.Attributes`, { min: 0, max: 10, name: 256 });
  }
}

/** Sizes as the model of the API has them. */
function checkAttributes(
  attributes: Readonly<Record<string, string>>,
  at: string,
  rules: { readonly min: number; readonly max: number; readonly name: number },
): void {
  const entries = Object.entries(attributes);
  const isWrong = ([key, value]: readonly [string, string]): boolean =>
    key === '' || key.length > rules.name || value === '' || value.length > 2048;
  if (entries.length < rules.min || entries.length > rules.max || entries.some(isWrong)) {
    throw parameterInvalid(
      `The parameter ${at} is invalid. It must have ${rules.min} to ${rules.max} entries, with names of at most ${rules.name} and values of at most 2048 characters.`,
    );
  }
}

/** Every text of a point passes the redactor before the store sees it. */
export const cleanPoint = (point: MetricPoint, cleaner: Cleaner, report: RedactionReport): MetricPoint => ({
  ...point,
  namespace: cleaner.word(point.namespace, report),
  name: cleaner.word(point.name, report),
  dimensions: cleaner.strings(point.dimensions, report),
});
