import { Worker } from 'node:worker_threads';
import type { Clock, Log } from '../../../base/index.ts';
import { ISSUES_RELEASES_LIMITS } from '../limits.ts';
import type { MapAnswer, MapPosition, MapQuestion, MapResult } from './map-questions.ts';

/** Asks a thread of its own, which is started by the first question and again after it ended. */
export interface MapThread {
  /**
   * `load` is called when the thread does not hold the map. Never rejects but by what `load` rejects with: what a map
   * makes the parser do, running out of memory among it, is told as `failed`.
   */
  readonly ask: (
    key: string,
    positions: readonly MapPosition[],
    load: () => Promise<NonNullable<MapQuestion['load']>>,
  ) => Promise<MapResult>;
  readonly close: () => Promise<void>;
}

interface Pending {
  readonly resolve: (result: MapResult) => void;
}

const SOURCE = '.ts';
const LOADER = 'tsx/esm/api';

/** Built, the thread is a file beside this one. From sources it needs the loader that development runs with. */
function startWorker(): Worker {
  const isSource = import.meta.url.endsWith(SOURCE);
  const entry = new URL(isSource ? './map-worker.ts' : './map-worker.js', import.meta.url);
  const load = `import(${JSON.stringify(LOADER)}).then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })`;
  const { mapCacheBytesMax, contextLines, contextLineCharsMax, mapHeapMiB } = ISSUES_RELEASES_LIMITS;
  const worker = new Worker(isSource ? load : entry, {
    eval: isSource,
    workerData: { bytesMax: mapCacheBytesMax, linesAround: contextLines, lineCharsMax: contextLineCharsMax },
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: mapHeapMiB, stackSizeMb: 4 },
  });
  worker.unref();
  return worker;
}

interface MapThreadDeps {
  readonly clock: Clock;
  readonly log: Log;
}

export function createMapThread(deps: MapThreadDeps): MapThread {
  const { post, close } = createPost(deps);
  const loading = new Map<string, Promise<MapResult>>();
  return {
    close,
    ask: async (key, positions, load) => {
      for (;;) {
        const result = await post({ key, positions });
        if (result.type !== 'unknown') return result;
        const underWay = loading.get(key);
        if (underWay === undefined) break;
        // Many events of one storm wait for the same map: its bytes are read and sent once.
        await underWay.catch(() => undefined);
      }
      const loaded = load().then((bytes) => post({ key, positions, load: bytes }));
      loading.set(key, loaded);
      return loaded.finally(() => loading.delete(key));
    },
  };
}

/** Sends questions to the thread, which it starts and ends. */
function createPost({ clock, log }: MapThreadDeps) {
  let worker: Worker | undefined;
  let lastId = 0;
  const pending = new Map<number, Pending>();
  const endAll = (ended: Worker, reason: string): void => {
    if (worker !== ended) return;
    worker = undefined;
    const left = [...pending.values()];
    pending.clear();
    for (const { resolve } of left) resolve({ type: 'failed', reason });
  };
  const running = (): Worker => {
    if (worker !== undefined) return worker;
    const started = startWorker();
    worker = started;
    started.on('message', ({ id, ...result }: MapAnswer) => {
      pending.get(id)?.resolve(result as MapResult);
      pending.delete(id);
    });
    started.on('error', (error: Error & { readonly code?: string }) => {
      log.warn({ err: error }, 'the thread of source maps ended');
      endAll(
        started,
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it needs more memory than is allowed' : 'the parser gave up',
      );
    });
    started.on('exit', () => endAll(started, 'the thread ended'));
    return started;
  };
  const post = (question: Omit<MapQuestion, 'id'>): Promise<MapResult> => {
    lastId += 1;
    const id = lastId;
    const timer = new AbortController();
    const answered = new Promise<MapResult>((resolve) => pending.set(id, { resolve }));
    const thread = running();
    thread.postMessage({ id, ...question });
    const late = clock.sleep(ISSUES_RELEASES_LIMITS.symbolicateMs, timer.signal).then(
      // A parser that hangs would hold every event up: the thread ends, and a new one takes the next question.
      async (): Promise<MapResult> => {
        endAll(thread, 'reading it took too long');
        await thread.terminate();
        return { type: 'failed', reason: 'reading it took too long' };
      },
      () => answered,
    );
    return Promise.race([answered, late]).finally(() => timer.abort());
  };
  return {
    post,
    close: async () => {
      const ended = worker;
      if (ended === undefined) return;
      endAll(ended, 'the program stops');
      await ended.terminate();
    },
  };
}
