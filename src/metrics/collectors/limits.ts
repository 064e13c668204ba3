import { DAY_MS, defineLimits, MINUTE_MS, SECOND_MS } from '../../base/index.ts';

/** Limits of the collectors: how often, how long and how much is asked of databases and of the host. */
export const METRICS_COLLECTORS_LIMITS = defineLimits('collectors', {
  everyMs: {
    value: 15 * SECOND_MS,
    unit: 'ms',
    reason: 'four looks a minute: an alarm over minutes sees a spike, and a server hardly notices',
  },
  slowEveryMs: {
    value: MINUTE_MS,
    unit: 'ms',
    reason: 'statements, tables and sizes cost the server more, and change slowly',
  },
  roundMs: {
    value: 12 * SECOND_MS,
    unit: 'ms',
    reason: 'a round that takes longer is given up and its connection cut, before the next is due',
  },
  connectMs: { value: 5 * SECOND_MS, unit: 'ms', reason: 'a server that does not answer by then is told as away' },
  statementMs: {
    value: 3 * SECOND_MS,
    unit: 'ms',
    reason: 'statement_timeout of the session: no question of ours may burden a server that is already slow',
  },
  lockMs: {
    value: 200,
    unit: 'ms',
    reason: 'lock_timeout of the session: we never queue behind a lock, where others would queue behind us',
  },
  blindMs: {
    value: 40 * SECOND_MS,
    unit: 'ms',
    reason: 'without a good round for this long people are told, which is within a minute of the last one',
  },
  watchMs: {
    value: 5 * SECOND_MS,
    unit: 'ms',
    reason: 'how often it is looked whether collectors still see, apart from the collectors themselves',
  },
  databasesMax: { value: 20, unit: 'count', reason: 'databases of one server that have series of their own' },
  standbysMax: { value: 20, unit: 'count', reason: 'standbys and slots of one server that have series of their own' },
  tablesMax: { value: 10, unit: 'count', reason: 'tables told by name: those with the most dead rows' },
  tablesNamedMax: {
    value: 100,
    unit: 'count',
    reason: 'tables of one source that ever had a series while the process runs; the worst changes all the time',
  },
  tableRowsMin: { value: 10_000, unit: 'count', reason: 'dead rows of smaller tables do no harm' },
  statementsMax: { value: 20, unit: 'count', reason: 'statements with series of their own: those that cost most time' },
  statementsReadMax: {
    value: 5_000,
    unit: 'count',
    reason: 'rows of pg_stat_statements that are compared each minute; what the extension holds by default',
  },
  statementsNamedMax: {
    value: 200,
    unit: 'count',
    reason: 'statements of one source that ever had a series while the process runs; others stand in the list only',
  },
  statementsKeptMax: { value: 1_000, unit: 'count', reason: 'texts of statements kept for one source' },
  statementsKeptMs: { value: 63 * DAY_MS, unit: 'ms', reason: 'a text is kept as long as its points by five minutes' },
  statementCharsMax: { value: 4_000, unit: 'count', reason: 'a longer text is cut; the id tells it apart' },
  statementReadCharsMax: {
    value: 20_000,
    unit: 'count',
    reason: 'what is read of a text before it is normalized and cut',
  },
  devicesMax: { value: 16, unit: 'count', reason: 'disks and network interfaces that have series of their own' },
  nameCharsMax: { value: 200, unit: 'count', reason: 'a name from outside that becomes a dimension is cut to this' },
  procBytesMax: { value: 1_048_576, unit: 'bytes', reason: 'files of /proc are read whole' },
  servicesMax: { value: 50, unit: 'count', reason: 'services that get alarms of their own by themselves' },
});
