/** A program with alarms over a store of points, told what to do word by word; it is there to be killed. */
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openCatalog } from '../../src/catalog/index.ts';
import { ALARMS_MIGRATIONS, createAlarmEngine, createMetricStore, type MetricPoint } from '../../src/metrics/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { metricAlarm, OPERATOR } from './open-alarms.ts';

const [url = '', folder = '', receiver = ''] = process.argv.slice(2);
const log = silentLog();
const telemetry = await openChdbTelemetry({ folder, clock: systemClock, log, freeDiskBytesMin: 0 });
const store = createMetricStore({ telemetry, clock: systemClock, log });
const catalog = await openCatalog({ url, migrations: ALARMS_MIGRATIONS, clock: systemClock, log });
const engine = await createAlarmEngine({
  store,
  catalog,
  clock: systemClock,
  log,
  region: 'us-east-1',
  accountId: '123456789012',
  alerting: {
    raise: async (alert) => {
      const response = await fetch(receiver, { method: 'POST', body: JSON.stringify(alert) });
      if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
    },
  },
  authorize: async () => undefined,
  audit: {
    record: async () => undefined,
    count: () => undefined,
    lookup: async () => ({ records: [] }),
    close: async () => undefined,
  },
});

const points = (from: number, to: number): readonly MetricPoint[] =>
  Array.from({ length: to - from }, (_, index) => ({
    namespace: 'Kill',
    name: `m${from + index}`,
    dimensions: {},
    unit: 'None',
    timeMs: Date.now(),
    sum: 150,
    count: 1,
    min: 150,
    max: 150,
    resolutionSeconds: 60,
  }));

const obey = async (line: string): Promise<void> => {
  const [verb, from, to] = line.split(' ');
  if (verb === 'create') {
    for (let index = Number(from); index < Number(to); index += 1) {
      const alarm = {
        alarmName: `kill-${index}`,
        namespace: 'Kill',
        metricName: `m${index}`,
        treatMissingData: 'ignore',
      };
      await engine.service.putMetricAlarm(OPERATOR, metricAlarm(alarm));
    }
  }
  if (verb === 'points') await store.append(points(Number(from), Number(to)));
  if (verb === 'settle') await engine.settled();
  process.send?.('done');
};
// Not its input, which the engine of the store would take for data to insert.
process.on('message', (line) => void obey(String(line)));
process.send?.('ready');
