import type { Command } from 'commander';
import type { AlarmBody, AlarmsBody, AlarmViewBody } from '../../api/metrics-contract.ts';
import { Failure, formatDuration } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readRange } from '../run-context.ts';

const at = (name: string, rest = ''): string => `/alarms/${encodeURIComponent(name)}${rest}`;

const COMPARISONS: Readonly<Record<string, string>> = {
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
  '<=': 'LessThanOrEqualToThreshold',
};
const signOf = (operator: string): string =>
  Object.entries(COMPARISONS).find(([, name]) => name === operator)?.[0] ?? operator;

/** holdfast alarm … */
export function addAlarmCommands(program: Command, context: RunContext): void {
  const alarms = program.command('alarm').description('alarms over metrics, with the semantics of CloudWatch');
  addListCommand(alarms, context);
  addShowCommand(alarms, context);
  addPutCommand(alarms, context);
  alarms
    .command('delete')
    .description('delete an alarm; its history stays')
    .argument('<name>')
    .action(async (name: string) => {
      await context.client().remove(at(name));
      context.printer.out(`${name} is deleted`);
    });
  alarms
    .command('set-state')
    .description('set the state until the next evaluation, to try what it sets off')
    .argument('<name>')
    .argument('<state>', 'OK, ALARM or INSUFFICIENT_DATA')
    .option('--reason <text>', 'why', 'set by hand')
    .action(async (name: string, stateValue: string, options: { reason: string }) => {
      await context.client().post(at(name, '/state'), { stateValue, stateReason: options.reason });
      context.printer.out(`${name} is ${stateValue} until its next evaluation`);
    });
}

function addListCommand(alarms: Command, context: RunContext): void {
  alarms
    .command('list', { isDefault: true })
    .description('alarms with their states')
    .option('--state <state>', 'OK, ALARM or INSUFFICIENT_DATA')
    .option('--prefix <text>', 'names that begin with it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast alarm list --state ALARM\n  holdfast alarm list --json | jq .[].alarmName',
    )
    .action(async (options: { state?: string; prefix?: string; json?: boolean }) => {
      const all: AlarmBody[] = [];
      let nextToken: string | undefined;
      do {
        const query = { state: options.state, prefix: options.prefix, nextToken };
        const page: AlarmsBody = await context.client().get<AlarmsBody>('/alarms', query);
        all.push(...page.alarms);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      if (options.json === true) return context.printer.out(JSON.stringify(all, null, 2));
      const nowMs = context.clock.nowMs();
      const rows = all.map((alarm) => [
        alarm.alarmName,
        alarm.stateValue,
        formatDuration(nowMs - alarm.stateTransitionedMs),
        ruleOf(alarm),
        alarm.stateReason,
      ]);
      printTable(context.printer, ['ALARM', 'STATE', 'SINCE', 'RULE', 'REASON'], rows);
    });
}

function ruleOf(alarm: AlarmBody): string {
  if (alarm.type === 'CompositeAlarm') return alarm.alarmRule;
  const what =
    alarm.metrics === undefined
      ? `${alarm.statistic ?? alarm.extendedStatistic ?? ''} ${alarm.metricName ?? ''}`
      : 'metric math';
  const { datapointsToAlarm = alarm.evaluationPeriods, evaluationPeriods } = alarm;
  return `${what} ${signOf(alarm.comparisonOperator)} ${alarm.threshold}, ${datapointsToAlarm} of ${evaluationPeriods}`;
}

function addShowCommand(alarms: Command, context: RunContext): void {
  alarms
    .command('show')
    .description('one alarm: state, reason, history')
    .argument('<name>')
    .option('--since <time>', 'of the history', '3h')
    .option('--until <time>', 'of the history', 'now')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { since: string; until: string; json?: boolean }) => {
      const { startMs, endMs } = readRange(options, context.clock.nowMs());
      const view = await context.client().get<AlarmViewBody>(at(name), { fromMs: startMs, toMs: endMs });
      if (options.json === true) return context.printer.out(JSON.stringify(view, null, 2));
      const { alarm, history, evaluationMessage, children = [] } = view;
      context.printer.out(`${alarm.alarmName} is ${alarm.stateValue} since ${isoTime(alarm.stateTransitionedMs)}`);
      context.printer.out(`${ruleOf(alarm)}\n${alarm.stateReason}`);
      if (evaluationMessage !== undefined) context.printer.out(`cannot be evaluated: ${evaluationMessage}`);
      for (const child of children) context.printer.out(`  ${child.alarmName}: ${child.stateValue}`);
      const rows = history.map((item) => [isoTime(item.timeMs), item.historyItemType, item.historySummary]);
      printTable(context.printer, ['WHEN', 'WHAT', 'SUMMARY'], rows);
    });
}

interface PutOptions {
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly string[];
  readonly statistic: string;
  readonly period: string;
  readonly when: string;
  readonly of: string;
  readonly missing: string;
  readonly description?: string;
  readonly severity?: string;
}

const BASIC = new Set(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']);
const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

function addPutCommand(alarms: Command, context: RunContext): void {
  alarms
    .command('put')
    .description('create or replace an alarm over one metric; the AWS CLI does the rest')
    .argument('<name>')
    .requiredOption('--namespace <namespace>')
    .requiredOption('--metric <name>')
    .option('--dimension <name=value>', 'may be given several times', collect, [])
    .option('--statistic <statistic>', 'Average, Sum, Maximum, p99, …', 'Average')
    .option('--period <seconds>', '10, 20, 30 or a multiple of 60', '60')
    .requiredOption('--when <comparison>', 'such as "> 500"')
    .option('--of <M/N>', 'so many of the last N periods', '1/1')
    .option('--missing <treatment>', 'missing, ignore, breaching or notBreaching', 'missing')
    .option('--severity <severity>', 'critical, high, medium, low or info')
    .option('--description <text>', 'shown to whoever is woken')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast alarm put slow-api --namespace Holdfast/Requests --metric Duration --dimension service=api \\\n    --statistic p99 --when "> 800" --of 3/5 --severity high',
    )
    .action(async (name: string, options: PutOptions) => {
      const [, sign = '', threshold = ''] = /^\s*(>=|<=|>|<)\s*(-?[\d.eE+-]+)\s*$/.exec(options.when) ?? [];
      const comparisonOperator = COMPARISONS[sign];
      if (comparisonOperator === undefined) throw wrong('--when', options.when, 'a comparison such as "> 500"');
      const [m, n] = options.of.split('/').map(Number);
      if (!Number.isInteger(m) || !Number.isInteger(n)) throw wrong('--of', options.of, 'such as 3/5');
      const statistic = BASIC.has(options.statistic)
        ? { statistic: options.statistic }
        : { extendedStatistic: options.statistic };
      await context.client().post('/alarms', {
        ...{ alarmName: name, alarmDescription: options.description, namespace: options.namespace },
        ...{ metricName: options.metric, dimensions: dimensionsOf(options.dimension), ...statistic },
        ...{ period: Number(options.period), datapointsToAlarm: m, evaluationPeriods: n },
        ...{ threshold: Number(threshold), comparisonOperator, treatMissingData: options.missing },
        ...(options.severity === undefined ? {} : { tags: { severity: options.severity } }),
      });
      context.printer.out(`${name} is set`);
    });
}

const wrong = (name: string, value: string, expected: string): Failure =>
  new Failure(CLI_FAILURES.argumentInvalid, { name, value, expected });

/** `name=value` pairs. */
export function dimensionsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw wrong('--dimension', pair, 'name=value');
      return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
    }),
  );
}
