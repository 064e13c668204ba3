import { REQUESTS_NAMESPACE as REQUESTS } from '../../traces/index.ts';
import type { MetricQuery } from '../../types.ts';
import { chart, each, math, metricsOf, PERIOD, type ReadyDashboard } from './ready-dashboard.ts';

const ofService = metricsOf(REQUESTS, 'service');
const choice = { label: 'Service', namespace: REQUESTS, metric: 'Requests', dimension: 'service' } as const;
const byRoute = (name: string, statistic: string): MetricQuery =>
  each(`${REQUESTS},service,route`, name, statistic, 'service');
const everyService = (name: string, statistic: string): MetricQuery =>
  math(`SEARCH('{${REQUESTS},service} MetricName="${name}"', '${statistic}', ${PERIOD})`);

export const TRAFFIC: ReadyDashboard = {
  name: 'traffic',
  title: 'How much is asked of us?',
  choice,
  charts: [
    chart(
      'requests',
      'Count/Second',
      ['Requests', 'All requests of the service.'],
      [...ofService([['Requests', 'Sum']], false), math('m1 / PERIOD(m1)', 'requests')],
    ),
    chart('routes', 'Count', ['Requests by route', 'Where they go.'], [byRoute('Requests', 'Sum')]),
    chart(
      'services',
      'Count',
      ['Requests of every service', 'Beside its neighbours.'],
      [everyService('Requests', 'Sum')],
    ),
    chart(
      'errors',
      'Count',
      ['Requests and errors', 'A fall of one or a rise of the other.'],
      ofService([
        ['Requests', 'Sum', 'requests'],
        ['Errors', 'Sum', 'errors'],
      ]),
    ),
  ],
};

export const LATENCY: ReadyDashboard = {
  name: 'latency',
  title: 'How long do people wait?',
  choice,
  charts: [
    chart(
      'p99',
      'Milliseconds',
      ['Slowest in a hundred', 'p99: who waits longest, without the odd one.'],
      ofService([['Duration', 'p99', 'p99']]),
      2_000,
    ),
    chart(
      'spread',
      'Milliseconds',
      ['Spread', 'Half, nine tenths and ninety-nine hundredths are faster.'],
      ofService([
        ['Duration', 'p50', 'p50'],
        ['Duration', 'p90', 'p90'],
        ['Duration', 'p99', 'p99'],
      ]),
    ),
    chart('routes', 'Milliseconds', ['p90 by route', 'Which route it is.'], [byRoute('Duration', 'p90')]),
    chart(
      'services',
      'Milliseconds',
      ['p90 of every service', 'Whether it is only this one.'],
      [everyService('Duration', 'p90')],
    ),
  ],
};

export const ERRORS: ReadyDashboard = {
  name: 'errors',
  title: 'What fails?',
  choice,
  charts: [
    chart(
      'rate',
      'Percent',
      ['Error rate', 'Failed requests of a hundred.'],
      [
        ...ofService(
          [
            ['Errors', 'Sum'],
            ['Requests', 'Sum'],
          ],
          false,
        ),
        math('100 * m1 / m2', 'errors'),
      ],
      5,
    ),
    chart('errors', 'Count', ['Errors', 'How many that are.'], ofService([['Errors', 'Sum', 'errors']])),
    chart('routes', 'Count', ['Errors by route', 'Where they happen.'], [byRoute('Errors', 'Sum')]),
    chart(
      'services',
      'Count',
      ['Errors of every service', 'Whether it is only this one.'],
      [everyService('Errors', 'Sum')],
    ),
  ],
};
