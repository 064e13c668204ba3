import { type Clock, MINUTE_MS } from '../../../base/index.ts';
import { createCounters } from '../counters.ts';
import { createPointList } from '../point-list.ts';
import type { Watched } from '../watch.ts';
import {
  addClock,
  addDisks,
  addDiskTraffic,
  addFileHandles,
  addLoad,
  addMemory,
  addNetworkTraffic,
  createCpuReader,
  type HostRound,
  type NamedFolder,
} from './ask-machine.ts';
import { createProcessReader } from './ask-process.ts';

export const HOST_NAMESPACE = 'Holdfast/Host';

/** The machine that Holdfast runs on, and its own process. */
export function watchHost(deps: {
  readonly host: string;
  readonly folders: readonly NamedFolder[];
  readonly clock: Clock;
}): Watched {
  const { host, folders, clock } = deps;
  const counters = createCounters();
  const addCpu = createCpuReader();
  const ownProcess = createProcessReader();
  return {
    id: `host:${host}`,
    kind: 'host',
    name: host,
    path: '/metrics/host',
    round: async () => {
      const list = createPointList({ namespace: HOST_NAMESPACE, timeMs: clock.nowMs(), dimensions: { host } });
      const round: HostRound = { list, counters, atMs: clock.monotonicMs() };
      addLoad(round);
      await addCpu(round);
      await addMemory(round);
      await addDisks(round, folders);
      await addDiskTraffic(round);
      await addNetworkTraffic(round);
      await addFileHandles(round);
      await addClock(round);
      await ownProcess.add(round);
      list.add({ name: 'Up', unit: 'None', value: 1 });
      counters.forgetBefore(round.atMs - 10 * MINUTE_MS);
      return { points: list.points(), unseen: [] };
    },
    close: async () => ownProcess.close(),
  };
}
