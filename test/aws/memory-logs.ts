import { Failure } from '../../src/base/index.ts';
import type { IngestCounters } from '../../src/ingest/counters.ts';
import { LOGS_FAILURES } from '../../src/logs/failures.ts';
import type { LogGroup, LogStream, Logs, QueryView, Sink, StoredLogEvent } from '../../src/logs/index.ts';

interface Group {
  info: LogGroup;
  readonly streams: Map<string, { info: LogStream; readonly events: StoredLogEvent[] }>;
}

/** Logs in memory: enough behaviour for what the edge makes of it, none of the engine's. */
export function createMemoryLogs(clock: { readonly nowMs: () => number } = { nowMs: () => Date.now() }) {
  const groups = new Map<string, Group>();
  const queries = new Map<string, QueryView>();
  const calls: string[] = [];
  const groupOf = (name: string): Group => {
    const group = groups.get(name);
    if (group === undefined) throw new Failure(LOGS_FAILURES.groupNotFound, { logGroup: name });
    return group;
  };
  const streamOf = (logGroup: string, name: string) => {
    const stream = groupOf(logGroup).streams.get(name);
    if (stream === undefined) throw new Failure(LOGS_FAILURES.streamNotFound, { logGroup, logStream: name });
    return stream;
  };
  const paged = <T>(all: readonly T[], limit: number, token: string | undefined) => {
    const start = Number(token ?? 0);
    const end = start + limit;
    return { items: all.slice(start, end), ...(end < all.length ? { nextToken: String(end) } : {}) };
  };
  const events = (logGroup: string, names?: readonly string[]): StoredLogEvent[] =>
    [...groupOf(logGroup).streams.values()]
      .filter((stream) => names?.includes(stream.info.name) ?? true)
      .flatMap((stream) => stream.events)
      .sort((a, b) => a.timeMs - b.timeMs);
  const unused = (name: string) => async (): Promise<never> => {
    throw new Error(`the double has no ${name}`);
  };
  const logs: Logs = {
    groups: {
      create: async (_actor, group) => {
        calls.push(`create ${JSON.stringify(group)}`);
        if (groups.has(group.name)) throw new Failure(LOGS_FAILURES.groupExists, { logGroup: group.name });
        const info: LogGroup = {
          name: group.name,
          storageClass: group.storageClass ?? 'standard',
          retentionDays: group.retentionDays ?? 60,
          createdMs: clock.nowMs(),
          storedBytes: 0,
          deletionProtected: group.deletionProtected ?? false,
          tags: group.tags ?? {},
        };
        groups.set(group.name, { info, streams: new Map() });
        return info;
      },
      remove: async (_actor, name) => {
        if (groupOf(name).info.deletionProtected) throw new Failure(LOGS_FAILURES.groupProtected, { logGroup: name });
        groups.delete(name);
      },
      list: async (_actor, filter) =>
        paged(
          [...groups.values()]
            .map((group) => group.info)
            .filter((info) => info.name.startsWith(filter.prefix ?? '') && info.name.includes(filter.pattern ?? ''))
            .filter((info) => filter.storageClass === undefined || info.storageClass === filter.storageClass)
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
          filter.limit,
          filter.nextToken,
        ),
      get: async (_actor, name) => groupOf(name).info,
      setRetention: async (_actor, name, retentionDays) => {
        if (![0, 1, 3, 7, 14, 30].includes(retentionDays)) {
          throw new Failure(LOGS_FAILURES.retentionInvalid, { retentionDays, choices: '1, 3, 7, 14, 30' });
        }
        const group = groupOf(name);
        group.info = { ...group.info, retentionDays };
        return group.info;
      },
      planRemoval: unused('planRemoval'),
      setDeletionProtection: async (_actor, name, isProtected) => {
        const group = groupOf(name);
        group.info = { ...group.info, deletionProtected: isProtected };
      },
      tag: async (_actor, name, tags) => {
        const group = groupOf(name);
        group.info = { ...group.info, tags: { ...group.info.tags, ...tags } };
      },
      untag: async (_actor, name, keys) => {
        const group = groupOf(name);
        const left = Object.entries(group.info.tags).filter(([key]) => !keys.includes(key));
        group.info = { ...group.info, tags: Object.fromEntries(left) };
      },
      forWrite: unused('forWrite'),
      noteWritten: () => undefined,
    },
    streams: {
      create: async (_actor, logGroup, name) => {
        const group = groupOf(logGroup);
        if (group.streams.has(name)) throw new Failure(LOGS_FAILURES.streamExists, { logGroup, logStream: name });
        const info: LogStream = {
          logGroup,
          name,
          createdMs: clock.nowMs(),
          firstEventMs: undefined,
          lastEventMs: undefined,
          lastIngestMs: undefined,
          storedBytes: 0,
        };
        group.streams.set(name, { info, events: [] });
        return info;
      },
      remove: async (_actor, logGroup, name) => {
        streamOf(logGroup, name);
        groupOf(logGroup).streams.delete(name);
      },
      list: async (_actor, filter) => {
        calls.push(`streams ${filter.orderBy} ${filter.descending}`);
        const infos = [...groupOf(filter.logGroup).streams.values()].map((stream) => stream.info);
        return paged(
          infos.filter((info) => info.name.startsWith(filter.prefix ?? '')).sort((a, b) => (a.name < b.name ? -1 : 1)),
          filter.limit,
          filter.nextToken,
        );
      },
    },
    events: {
      get: async (_actor, request) => {
        streamOf(request.logGroup, request.logStream);
        const all = events(request.logGroup, [request.logStream]);
        const start = Number((request.nextToken ?? 'f/0').slice(2));
        const page = all.slice(start, start + request.limit);
        return { events: page, nextForwardToken: `f/${start + page.length}`, nextBackwardToken: `b/${start}` };
      },
      filter: async (_actor, request) => {
        calls.push(`filter ${JSON.stringify(request)}`);
        if (request.filterPattern === '{') {
          throw new Failure(LOGS_FAILURES.filterPatternInvalid, {
            column: 2,
            reason: 'it ends here',
            remedy: 'close it',
          });
        }
        const all = events(request.logGroup, request.logStreams).filter((event) =>
          event.body.includes(request.filterPattern ?? ''),
        );
        const page = paged(all, request.limit, request.nextToken);
        return { events: page.items, ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
      },
      record: async (_actor, ptr) => ({
        ptr,
        timeNs: 1_700_000_000_123_456_789n,
        ingestTimeMs: 1_700_000_000_200,
        logGroup: '/app',
        logStream: 's',
        service: 'shop',
        severityNumber: 9,
        severityText: 'INFO',
        body: '{"level":"info","http":{"status":200},"@log":"forged"}',
        traceId: '',
        spanId: '',
        scopeName: '',
        eventName: '',
        resource: {},
        attributes: { retries: 3 },
      }),
    },
    queries: {
      start: async (_actor, request) => {
        for (const name of request.logGroups) groupOf(name);
        calls.push(`start ${JSON.stringify(request)}`);
        const queryId = `query-${queries.size}`;
        queries.set(queryId, {
          queryId,
          query: request.query,
          logGroups: request.logGroups,
          status: 'Complete',
          createdMs: clock.nowMs(),
          fields: [
            { name: '@timestamp', type: 'time' },
            { name: 'n', type: 'number' },
            { name: 'missing', type: 'string' },
            { name: '@ptr', type: 'string' },
          ],
          rows: [
            [1_700_000_000_000, 1.5, null, 'p0'],
            [1_700_000_001_000, 2, 'here', 'p1'],
            [1_700_000_002_000, 3, '', 'p2'],
          ],
          statistics: { recordsMatched: 3, recordsScanned: 10, bytesScanned: 1000, elapsedMs: 12.3 },
        });
        return { queryId };
      },
      get: async (_actor, queryId) => {
        const view = queries.get(queryId);
        if (view === undefined) throw new Failure(LOGS_FAILURES.queryNotFound, { queryId });
        return view;
      },
      stop: async () => false,
      list: async (_actor, filter) => paged([...queries.values()], filter.limit, filter.nextToken),
      run: unused('run'),
      histogram: unused('histogram'),
      facets: unused('facets'),
      fields: unused('fields'),
    },
    retention: { plan: unused('plan'), apply: unused('apply') },
  };
  const sink =
    (counters: IngestCounters): Sink =>
    async (request) => {
      let accepted = 0;
      let expired = 0;
      for (const batch of request.batches) {
        const stream = streamOf(batch.logGroup, batch.logStream);
        const days = groupOf(batch.logGroup).info.retentionDays;
        for (const record of batch.records) {
          const timeMs = Number(record.timeNs / 1_000_000n);
          if (days > 0 && timeMs < clock.nowMs() - days * 86_400_000) {
            expired += 1;
            continue;
          }
          accepted += 1;
          stream.events.push({
            eventId: `e${stream.events.length}`,
            logStream: batch.logStream,
            timeMs,
            ingestTimeMs: clock.nowMs(),
            body: record.body,
          });
        }
      }
      counters.accepted(request.protocol, { records: accepted, bytes: request.bytes });
      return { accepted, expired };
    };
  return { logs, sink, calls };
}
