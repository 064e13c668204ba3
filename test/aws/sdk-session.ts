import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  type InputLogEvent,
  PutLogEventsCommand,
  type PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { createManualClock } from '../../src/base/index.ts';
import { type EdgeServer, KEY, REGION, startEdge } from './edge-server.ts';
import { createMemoryLogs } from './memory-logs.ts';

// Stands still at the time of the start, so that the rules about age can be tested to the millisecond.
export const clock = createManualClock(Date.now());
export const NOW = clock.nowMs();
export const logStreamName = 'web/1';

/** `name: message` of an SDK's error, or `accepted`. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

export const event = (ageMs: number, message = 'm'): InputLogEvent => ({ timestamp: NOW - ageMs, message });

export interface SdkSession {
  readonly client: CloudWatchLogsClient;
  readonly server: EdgeServer;
  readonly calls: readonly string[];
  /** Makes a group of a new name with one stream. */
  readonly newGroup: () => Promise<string>;
  readonly put: (logGroupName: string, logEvents: InputLogEvent[]) => Promise<PutLogEventsCommandOutput>;
  readonly stored: (logGroupName: string) => Promise<(string | undefined)[]>;
  readonly close: () => Promise<void>;
}

/** The AWS SDK against the edge over logs in memory. */
export async function startSdkSession(): Promise<SdkSession> {
  const memory = createMemoryLogs(clock);
  const server = await startEdge({ ...memory, clock });
  const client = new CloudWatchLogsClient({ endpoint: server.url, region: REGION, credentials: KEY, maxAttempts: 1 });
  let groups = 0;
  return {
    client,
    server,
    calls: memory.calls,
    newGroup: async () => {
      groups += 1;
      const logGroupName = `/shop/${groups}`;
      await client.send(new CreateLogGroupCommand({ logGroupName }));
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      return logGroupName;
    },
    put: (logGroupName, logEvents) => client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents })),
    stored: async (logGroupName) => {
      const page = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }));
      return (page.events ?? []).map((entry) => entry.message);
    },
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}
