import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openChdbTelemetry } from '../../src/telemetry/drivers/chdb/index.ts';
import { telemetryContract } from './contract.ts';

telemetryContract('chDB', async (settings) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-telemetry-'));
  const store = await openChdbTelemetry({
    folder,
    clock: systemClock,
    log: silentLog(),
    freeDiskBytesMin: 0,
    ...settings,
  });
  return {
    store,
    remove: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
