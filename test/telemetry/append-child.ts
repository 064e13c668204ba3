import { silentLog, systemClock } from '../../src/base/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { row } from './rows.ts';

/**
 * Appends numbered rows with several calls under way, and prints the numbers of a call once it is acknowledged.
 * Runs until it is killed. Arguments: folder, prefix of the numbers.
 */
const [, , folder = '', prefix = ''] = process.argv;
const store = await openChdbTelemetry({ folder, clock: systemClock, log: silentLog(), freeDiskBytesMin: 0 });
let next = 0;

async function appendForEver(sender: number): Promise<never> {
  for (;;) {
    const size = 1 + ((next * 7 + sender * 13) % 200);
    const first = next;
    next += size;
    const rows = Array.from({ length: size }, (_, index) =>
      row({
        eventId: `${prefix}-${first + index}`,
        body: `row ${first + index} of ${prefix}, ${'x'.repeat(200)}`,
        storageClass: (first + index) % 5 === 0 ? 'infrequent' : 'standard',
      }),
    );
    await store.appendLogs(rows);
    process.stdout.write(`${first} ${size}\n`);
  }
}

await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(appendForEver));
