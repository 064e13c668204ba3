import { HOST_NAMESPACE as HOST } from '../host/watch-host.ts';
import { chart, each, metricsOf, type ReadyDashboard } from './ready-dashboard.ts';

const ofHost = metricsOf(HOST, 'host');

export const HOST_DASHBOARD: ReadyDashboard = {
  name: 'host',
  title: 'Is the machine well?',
  choice: { label: 'Host', namespace: HOST, metric: 'CpuUsed', dimension: 'host' },
  charts: [
    chart(
      'cpu',
      'Percent',
      ['Processors', 'Time at work, of a hundred.'],
      ofHost([
        ['CpuUsed', 'Average', 'average'],
        ['CpuUsed', 'Maximum', 'highest'],
      ]),
      90,
    ),
    chart(
      'load',
      'None',
      ['Load', 'Who runs or waits to run, for each core.'],
      ofHost([['Load5PerCore', 'Average', 'over 5 min']]),
    ),
    chart(
      'memory',
      'Percent',
      ['Memory', 'Of a hundred.'],
      ofHost([
        ['MemoryUsed', 'Average', 'memory'],
        ['SwapUsed', 'Average', 'swap'],
      ]),
      90,
    ),
    chart(
      'disks',
      'Percent',
      ['Disks', 'How full each one is.'],
      [each(`${HOST},disk,host`, 'DiskUsed', 'Maximum', 'host')],
      85,
    ),
    chart(
      'written',
      'Bytes/Second',
      ['Disk traffic', 'Written, by device.'],
      [each(`${HOST},device,host`, 'DiskWritten', 'Average', 'host')],
    ),
    chart(
      'network',
      'Bytes/Second',
      ['Network', 'Received, by interface.'],
      [each(`${HOST},host,interface`, 'NetworkReceived', 'Average', 'host')],
    ),
    chart(
      'process',
      'Bytes',
      ['Memory of Holdfast', 'The process, and what of it is its heap.'],
      ofHost([
        ['ProcessMemory', 'Maximum', 'process'],
        ['ProcessHeap', 'Maximum', 'heap'],
      ]),
    ),
    chart(
      'loop',
      'Milliseconds',
      ['Delay of Holdfast', 'How late its own loop comes round.'],
      ofHost([
        ['EventLoopLagP99', 'Maximum', 'p99'],
        ['EventLoopLagMax', 'Maximum', 'worst'],
      ]),
      500,
    ),
  ],
};
