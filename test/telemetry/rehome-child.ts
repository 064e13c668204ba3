import { silentLog, systemClock } from '../../src/base/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { DAY_NS, NOON_NS, row } from './rows.ts';

/**
 * Fills a group over two days, then rehomes it and dies by SIGKILL before the given step of the first partition.
 * Arguments: folder, step.
 */
const [, , folder = '', dieBefore = ''] = process.argv;
const store = await openChdbTelemetry({
  folder,
  clock: systemClock,
  log: silentLog(),
  freeDiskBytesMin: 0,
  onRehomeStep: (step) => {
    if (step === dieBefore) process.kill(process.pid, 'SIGKILL');
  },
});
const rows = Array.from({ length: 600 }, (_, index) =>
  row({
    eventId: `id-${index}`,
    logGroup: index % 3 === 0 ? '/stays' : '/moves',
    timeNs: NOON_NS + BigInt(index % 2) * DAY_NS + BigInt(index),
  }),
);
await store.appendLogs(rows.slice(0, 300));
await store.appendLogs(rows.slice(300));
await store.rehomeLogGroup({ logGroup: '/moves', retentionDays: 5, storageClass: 'infrequent' });
process.stdout.write('the step never came\n');
await store.close();
