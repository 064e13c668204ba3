import { randomUUID } from 'node:crypto';
import { type Clock, Failure, isFailure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import type { EngineFault } from './engine.ts';
import { createRowBuffer, type RowBuffer } from './row-buffer.ts';

/**
 * Joins the rows of concurrent calls into one insert. Nothing waits for a timer: when no insert runs, the next
 * one starts with whatever the present turn of the event loop brings; while one runs, the rows for the next
 * one collect. So the batch grows exactly as much as the engine needs it to.
 */
export interface GroupCommit<Row> {
  /** Encodes the rows now and resolves when they are durable. */
  readonly append: (rows: readonly Row[]) => Promise<void>;
}

export interface GroupCommitDeps<Row> {
  readonly clock: Clock;
  /** Writes rows as JSONCompactEachRow, in the order of the columns of their table. */
  readonly encode: (rows: readonly Row[], into: RowBuffer) => void;
  readonly insert: (bytes: Buffer, token: string) => Promise<void>;
  readonly faultOf: (error: unknown) => EngineFault;
  readonly rowsMax?: number;
  readonly bytesMax?: number;
}

interface Call {
  readonly start: number;
  readonly end: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly buffer: RowBuffer;
  readonly calls: Call[];
  rows: number;
}

export function createGroupCommit<Row>(deps: GroupCommitDeps<Row>): GroupCommit<Row> {
  const { rowsMax = TELEMETRY_LIMITS.insertRowsMax, bytesMax = TELEMETRY_LIMITS.insertBytesMax } = deps;
  const waiting: Batch[] = [];
  const spare: RowBuffer[] = [];
  let running = false;
  let scheduled = false;

  const batchFor = (rows: number): Batch => {
    const last = waiting.at(-1);
    if (last !== undefined && last.rows + rows <= rowsMax && last.buffer.length() < bytesMax) return last;
    const batch: Batch = { buffer: spare.pop() ?? createRowBuffer(), calls: [], rows: 0 };
    waiting.push(batch);
    return batch;
  };

  const next = (): void => {
    const batch = waiting.shift();
    running = batch !== undefined;
    if (batch !== undefined) void storeBatch(batch);
  };

  const storeBatch = async (batch: Batch): Promise<void> => {
    await storeCalls(deps, { batch, calls: batch.calls, token: randomUUID() });
    batch.buffer.reset();
    if (spare.length < SPARE_BUFFERS) spare.push(batch.buffer);
    next();
  };

  /** The calls of the same turn join the first insert. */
  const start = (): void => {
    if (scheduled || running) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      next();
    });
  };

  return {
    append: (rows) => {
      const batch = batchFor(rows.length);
      const before = batch.buffer.length();
      try {
        deps.encode(rows, batch.buffer);
      } catch (error) {
        // A value of a type that it must not have. Only its own call suffers.
        batch.buffer.truncate(before);
        start();
        return Promise.reject(asRowInvalid(error));
      }
      batch.rows += rows.length;
      return new Promise((resolve, reject) => {
        batch.calls.push({ start: before, end: batch.buffer.length(), resolve, reject });
        start();
      });
    },
  };
}

/** One is filled while another is stored. */
const SPARE_BUFFERS = 2;

const asRowInvalid = (error: unknown): Failure =>
  isFailure(error)
    ? error
    : new Failure(
        TELEMETRY_FAILURES.rowInvalid,
        { row: 'of this call', reason: 'a field has the wrong type' },
        { cause: error },
      );

type Inserting = Pick<GroupCommitDeps<never>, 'clock' | 'insert' | 'faultOf'>;

interface Portion {
  readonly batch: Batch;
  readonly calls: readonly Call[];
  readonly token: string;
}

/**
 * Stores the rows of the calls and settles each of them. Never rejects.
 *
 * A row that the engine cannot read fails the whole block before anything of it is stored, so the calls are
 * halved until the one that carries it stands alone; the others are stored. After an error that may have come
 * too late, the same rows go out again under the same token, and the engine drops what it has already.
 */
async function storeCalls(deps: Inserting, portion: Portion): Promise<void> {
  const { batch, calls, token } = portion;
  const first = calls[0];
  const last = calls.at(-1);
  if (first === undefined || last === undefined) return;
  const fault = await insertWithRetries(deps, batch.buffer.slice(first.start, last.end), token);
  if (fault === undefined) {
    for (const call of calls) call.resolve();
    return;
  }
  if (fault.type === 'row' && calls.length > 1) {
    const middle = calls.length >> 1;
    await storeCalls(deps, { batch, calls: calls.slice(0, middle), token: `${token}-0` });
    await storeCalls(deps, { batch, calls: calls.slice(middle), token: `${token}-1` });
    return;
  }
  const failure = failureOf(fault);
  for (const call of calls) call.reject(failure);
}

async function insertWithRetries(deps: Inserting, bytes: Buffer, token: string): Promise<EngineFault | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await deps.insert(bytes, token);
      return undefined;
    } catch (error) {
      const fault = deps.faultOf(error);
      const lasting = fault.type === 'row' || fault.type === 'disk';
      if (lasting || attempt >= TELEMETRY_LIMITS.insertRetriesMax) return fault;
      await deps.clock.sleep(TELEMETRY_LIMITS.insertRetryDelayMs * 2 ** attempt);
    }
  }
}

function failureOf(fault: EngineFault): Failure {
  const { engineError } = fault;
  const again = { retryAfterSeconds: TELEMETRY_LIMITS.retryAfterSeconds };
  switch (fault.type) {
    case 'row':
      return new Failure(TELEMETRY_FAILURES.rowRefused, { engineError });
    case 'disk':
      return new Failure(
        TELEMETRY_FAILURES.diskFull,
        { freeBytes: 'too few', freeBytesMin: TELEMETRY_LIMITS.freeDiskBytesMin },
        { retryAfterSeconds: TELEMETRY_LIMITS.diskFullRetryAfterSeconds },
      );
    case 'busy':
    case 'unknown':
      return new Failure(TELEMETRY_FAILURES.insertFailed, { engineError }, again);
  }
}
