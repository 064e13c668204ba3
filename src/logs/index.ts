export type {
  LogEventVerbs,
  LogGroupVerbs,
  LogQueryVerbs,
  LogRetention,
  LogStreamVerbs,
  Logs,
  Page,
  QueryCell,
  QueryRequest,
  QueryStatus,
  QueryView,
  RetentionPlan,
  StoredLogEvent,
  StoredLogRecord,
} from './service.ts';
export type { IncomingLog, IncomingLogs, LogGroup, LogStream, Sink, SinkRequest, SinkResult } from './types.ts';
