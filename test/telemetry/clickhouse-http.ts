import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A request that arrived at the stand-in for the server: the proof that the driver went over HTTP, and how. */
export interface SeenRequest {
  readonly query: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly database: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly acceptEncoding: string | undefined;
  readonly authorization: string | undefined;
}

/** Answers the next query that starts so with an error of the engine; `after` runs it first. */
export interface FailNext {
  readonly starting: string;
  readonly code: number;
  readonly name: string;
  readonly after?: boolean;
}

export interface ClickhouseHttp {
  readonly url: string;
  readonly seen: () => Promise<readonly SeenRequest[]>;
  readonly failNext: (failure: FailNext) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts clickhouse-server.ts on a folder. */
export async function startClickhouseHttp(folder: string): Promise<ClickhouseHttp> {
  const script = fileURLToPath(new URL('./clickhouse-server.ts', import.meta.url));
  const child = fork(script, [folder], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '32' },
  });
  const [port] = (await once(child, 'message')) as [number];
  const origin = `http://127.0.0.1:${port}`;
  return {
    url: `http://tester:secret@127.0.0.1:${port}`,
    seen: async () => (await (await fetch(`${origin}/_seen`)).json()) as readonly SeenRequest[],
    failNext: async (failure) => {
      await fetch(`${origin}/_fail`, { method: 'POST', body: JSON.stringify(failure) });
    },
    close: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
