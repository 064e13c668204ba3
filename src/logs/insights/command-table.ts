/** A command as completion and the manual show it. */
export interface InsightsCommand {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  readonly example: string;
}

/** The commands that run. */
export const insightsCommands: readonly InsightsCommand[] = [
  {
    name: 'fields',
    usage: 'fields expression [as name], …',
    help: 'Shows fields and computes new ones; several fields commands add up.',
    example: 'fields @timestamp, status, durationMs / 1000 as seconds',
  },
  {
    name: 'display',
    usage: 'display expression [as name], …',
    help: 'Shows exactly these fields, whatever was shown before; the last display wins.',
    example: 'fields @timestamp, @message | display @message',
  },
  {
    name: 'filter',
    usage: 'filter condition',
    help: 'Keeps the events for which the condition is true.',
    example: 'filter status >= 500 and not (path like /health/)',
  },
  {
    name: 'where',
    usage: 'where condition',
    help: 'Another word for filter.',
    example: 'where severityNumber >= 17',
  },
  {
    name: 'filterIndex',
    usage: 'filterIndex field = value, or field in [value, …]',
    help: 'A filter that accepts only equality; here it reads like filter, because no field needs an index.',
    example: 'filterIndex traceId = "0af7651916cd43dd8448eb211c80319c"',
  },
  {
    name: 'parse',
    usage: 'parse [field] "glob with *" as name, … or parse [field] /regex with (?<name>…)/',
    help: 'Extracts fields from text; events that do not match keep their row, without the fields.',
    example: 'parse @message "user=* status=*" as user, code',
  },
  {
    name: 'stats',
    usage: 'stats aggregation(field) [as name], … [by field, bin(period), …]',
    help: 'Aggregates; afterwards only its own results are visible. At most 10 in a query.',
    example: 'stats count(*) as requests, pct(durationMs, 95) as p95 by service, bin(5m)',
  },
  {
    name: 'sort',
    usage: 'sort field [asc|desc], …',
    help: 'Orders the results, ascending unless desc is written; numbers after text, text in natural order.',
    example: 'sort durationMs desc, @timestamp asc',
  },
  {
    name: 'limit',
    usage: 'limit count, or limit any count',
    help: 'Returns at most this many results; with any, the first ones found, in no order.',
    example: 'limit 20',
  },
  {
    name: 'dedup',
    usage: 'dedup field, …',
    help: 'Keeps the first event in sort order for each combination of values; events without a value all stay.',
    example: 'fields @timestamp, service, @message | sort @timestamp desc | dedup service',
  },
  {
    name: 'unnest',
    usage: 'unnest list into name',
    help: 'Makes one row for each item of a list; anything else counts as a list of one.',
    example: 'fields jsonParse(@message) as js | unnest js.items into item | display item.sku',
  },
];

const BY_NAME: ReadonlyMap<string, InsightsCommand> = new Map(
  insightsCommands.map((command) => [command.name.toLowerCase(), command]),
);

/** Command words are read in any case, as CloudWatch does. */
export const commandNamed = (name: string): InsightsCommand | undefined => BY_NAME.get(name.toLowerCase());

/** Commands that CloudWatch has and that are refused rather than ignored, with what to do instead. */
export const UNAVAILABLE_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['pattern', 'group by a parsed part of the message with parse and stats'],
  ['diff', 'run the query for both times and compare'],
  ['anomaly', 'set an alarm on a metric filter instead'],
  ['unmask', 'what redaction removed was never stored, so there is nothing to unmask'],
  ['expand', 'use unnest'],
  ['relevantfields', 'use the facets beside the results'],
  ['lookup', 'filter with in [ … ] on the values of the table'],
  ['cidrlookup', 'filter with isIpInSubnet(field, "10.0.0.0/8")'],
  ['join', 'run one query for each side, or filter with in [ … ]'],
  ['subqueries', 'run the inner query first and filter with in [ … ]'],
  ['source', 'choose the log groups beside the query'],
  ['addtotals', 'run a second stats without by'],
  ['autoregress', 'sort by time and compare in the caller'],
  ['accum', 'use stats with bin() and add up in the caller'],
  ['appendcols', 'put all aggregations in one stats'],
  ['filldown', 'use coalesce(field, "value")'],
  ['fillmissing', 'use coalesce(field, "value")'],
  ['logcompare', 'run the query for both times and compare'],
  ['outlier', 'compare with pct(field, 99)'],
  ['sessionize', 'group by the session field and bin()'],
  ['countfrequent', 'use stats count(*) as n by field | sort n desc | limit 20'],
  ['estimate', 'the statistics of a finished query say what it read'],
  ['head', 'use limit'],
  ['tail', 'use sort @timestamp desc and limit'],
]);
