export type { IncomingLog, IncomingLogs, LogGroup, LogStream, Sink, SinkRequest, SinkResult } from './types.ts';
