import type { Command } from 'commander';
import type { MetricBody, MetricSeriesListBody, MetricsBody } from '../../api/metrics-contract.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readRange } from '../run-context.ts';
import { dimensionsOf } from './alarms.ts';

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

/** holdfast metric … */
export function addMetricCommands(program: Command, context: RunContext): void {
  const metrics = program.command('metric').description('metrics of applications, hosts and databases');
  metrics
    .command('list', { isDefault: true })
    .description('metrics with their dimensions')
    .option('--namespace <namespace>')
    .option('--metric <name>')
    .option('--limit <count>', 'how many at most', '500')
    .option('--json', 'print JSON')
    .action(async (options: { namespace?: string; metric?: string; limit: string; json?: boolean }) => {
      const found = await listMetrics(context, options);
      if (options.json === true) return context.printer.out(JSON.stringify(found, null, 2));
      const rows = found.map((metric) => [metric.namespace, metric.name, metric.unit, wordsOf(metric.dimensions)]);
      printTable(context.printer, ['NAMESPACE', 'METRIC', 'UNIT', 'DIMENSIONS'], rows);
    });
  addQueryCommand(metrics, context);
}

async function listMetrics(
  context: RunContext,
  options: { readonly namespace?: string; readonly metric?: string; readonly limit: string },
): Promise<readonly MetricBody[]> {
  const found: MetricBody[] = [];
  const wanted = Number(options.limit);
  let after: string | undefined;
  do {
    const limit = Math.min(500, wanted - found.length);
    const query = { namespace: options.namespace, name: options.metric, after, limit };
    const page: MetricsBody = await context.client().get<MetricsBody>('/metrics', query);
    found.push(...page.metrics);
    after = page.next;
  } while (after !== undefined && found.length < wanted);
  return found;
}

const wordsOf = (dimensions: Readonly<Record<string, string>>): string =>
  Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

interface QueryOptions {
  readonly namespace: string;
  readonly dimension: readonly string[];
  readonly statistic: string;
  readonly period: string;
  readonly since: string;
  readonly until: string;
  readonly json?: boolean;
}

function addQueryCommand(metrics: Command, context: RunContext): void {
  metrics
    .command('query')
    .description('one statistic of one metric over time')
    .argument('<metric>')
    .requiredOption('--namespace <namespace>')
    .option('--dimension <name=value>', 'may be given several times; the exact set', collect, [])
    .option('--statistic <statistic>', 'Average, Sum, Maximum, SampleCount, p99, tm90, …', 'Average')
    .option('--period <seconds>', 'of one point', '60')
    .option('--since <time>', 'from then', '1h')
    .option('--until <time>', 'until then', 'now')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast metric query Duration --namespace Holdfast/Requests --dimension service=api --statistic p99',
    )
    .action(async (name: string, options: QueryOptions) => {
      const { startMs, endMs } = readRange(options, context.clock.nowMs());
      const metric = { namespace: options.namespace, name, dimensions: dimensionsOf(options.dimension) };
      const query = {
        ...{ id: 'm1', type: 'metric', metric, statistic: options.statistic },
        ...{ periodSeconds: Number(options.period), returnData: true },
      };
      const body = { queries: [query], fromMs: startMs, toMs: endMs };
      const { series } = await context.client().post<MetricSeriesListBody>('/metrics/query', body);
      if (options.json === true) return context.printer.out(JSON.stringify(series, null, 2));
      for (const one of series) {
        const rows = one.timesMs.map((timeMs, index) => [isoTime(timeMs), one.values[index]]);
        printTable(context.printer, ['TIME', one.label], rows);
        for (const message of one.messages) context.printer.err(`${message.code}: ${message.value}`);
      }
    });
}
