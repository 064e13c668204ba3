import { describe, expect, it } from 'vitest';
import { createManualClock, isFailure } from '../../base/index.ts';
import { TELEMETRY_FAILURES } from '../failures.ts';
import { TELEMETRY_LIMITS } from '../limits.ts';
import type { LogRow } from '../types.ts';
import { encodeLogRows } from './encode-log-rows.ts';
import type { EngineFault } from './engine.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';

const row = (eventId: string): LogRow => ({
  timeNs: 1n,
  ingestTimeMs: 1,
  logGroup: 'g',
  logStream: 's',
  eventId,
  service: '',
  severityNumber: 0,
  severityText: '',
  body: 'b',
  traceId: '',
  spanId: '',
  traceFlags: 0,
  scopeName: '',
  scopeVersion: '',
  eventName: '',
  resource: {},
  attributesString: {},
  attributesNumber: {},
  attributesBool: {},
  retentionDays: 1,
  storageClass: 'standard',
});

interface Insert {
  readonly ids: readonly string[];
  readonly token: string;
  readonly settle: (fault?: EngineFault['type']) => void;
}

/** An engine whose inserts end when the test says so. */
function setup(limits: { readonly rowsMax?: number; readonly bytesMax?: number } = {}) {
  const inserts: Insert[] = [];
  const clock = createManualClock();
  const commit: GroupCommit<LogRow> = createGroupCommit({
    clock,
    encode: encodeLogRows,
    ...limits,
    faultOf: (error) => ({ type: (error as Error).message as EngineFault['type'], engineError: 'TEST (1)' }),
    insert: (bytes, token) =>
      new Promise((resolve, reject) => {
        const lines = bytes.toString('utf8').trimEnd().split('\n');
        const ids = lines.map((line) => String((JSON.parse(line) as unknown[])[4]));
        inserts.push({ ids, token, settle: (fault) => (fault === undefined ? resolve() : reject(new Error(fault))) });
      }),
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const ids = (): readonly (readonly string[])[] => inserts.map((insert) => insert.ids);
  return { inserts, clock, commit, turn, ids };
}

describe('group commit', () => {
  it('starts at once when idle, with all calls of the same turn', async () => {
    const { commit, ids, inserts, turn } = setup();
    const calls = [commit.append([row('a')]), commit.append([row('b'), row('c')])];
    await turn();
    expect(ids()).toEqual([['a', 'b', 'c']]);
    inserts[0]?.settle();
    await Promise.all(calls);
  });

  it('collects while an insert runs, and resolves only what that insert held', async () => {
    const { commit, ids, inserts, turn } = setup();
    const first = commit.append([row('a')]);
    await turn();
    let laterDone = false;
    const later = Promise.all([commit.append([row('b')]), commit.append([row('c')])]).then(() => {
      laterDone = true;
    });
    await turn();
    expect(ids()).toEqual([['a']]);
    inserts[0]?.settle();
    await first;
    await turn();
    expect(laterDone).toBe(false);
    expect(ids()).toEqual([['a'], ['b', 'c']]);
    inserts[1]?.settle();
    await later;
    expect(inserts[0]?.token).not.toBe(inserts[1]?.token);
  });

  it('never puts more rows into an insert than it may', async () => {
    const { commit, ids, inserts, turn } = setup({ rowsMax: 3 });
    const calls = ['a', 'b', 'c', 'd', 'e'].map((id) => commit.append([row(`${id}1`), row(`${id}2`)]));
    for (let index = 0; index < 5; index += 1) {
      await turn();
      inserts[index]?.settle();
    }
    await Promise.all(calls);
    expect(ids().map((one) => one.length)).toEqual([2, 2, 2, 2, 2]);
  });

  it('begins another insert when the bytes of one are enough', async () => {
    const { commit, ids, inserts, turn } = setup({ bytesMax: 10 });
    const calls = [commit.append([row('a')]), commit.append([row('b')])];
    for (let index = 0; index < 2; index += 1) {
      await turn();
      inserts[index]?.settle();
    }
    await Promise.all(calls);
    expect(ids()).toEqual([['a'], ['b']]);
  });

  it('tries an unclear failure again with the same token and the same rows', async () => {
    const { commit, inserts, clock, turn } = setup();
    const call = commit.append([row('a')]);
    await turn();
    inserts[0]?.settle('unknown');
    await turn();
    await clock.advance(TELEMETRY_LIMITS.insertRetryDelayMs);
    await turn();
    expect(inserts[1]).toMatchObject({ ids: ['a'], token: inserts[0]?.token });
    inserts[1]?.settle();
    await call;
  });

  it('gives up after the last try, for every call of the insert', async () => {
    const { commit, inserts, clock, turn } = setup();
    const calls = [commit.append([row('a')]), commit.append([row('b')])].map((call) =>
      call.catch((error: unknown) => error),
    );
    for (let attempt = 0; attempt <= TELEMETRY_LIMITS.insertRetriesMax; attempt += 1) {
      await turn();
      inserts[attempt]?.settle('unknown');
      await turn();
      await clock.advance(60_000);
    }
    for (const error of await Promise.all(calls)) {
      expect(isFailure(error, TELEMETRY_FAILURES.insertFailed) && error.retryable).toBe(true);
    }
    expect(inserts).toHaveLength(TELEMETRY_LIMITS.insertRetriesMax + 1);
  });

  it('finds the one call that is refused and stores the others', async () => {
    const { commit, inserts, turn } = setup();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const outcomes = Promise.allSettled(names.map((name) => commit.append([row(name)])));
    const stored: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      await turn();
      const insert = inserts[index];
      if (insert === undefined) break;
      const poisoned = insert.ids.includes('e');
      if (!poisoned) stored.push(...insert.ids);
      insert.settle(poisoned ? 'row' : undefined);
    }
    const settled = await outcomes;
    expect(settled.map((one) => one.status === 'fulfilled')).toEqual([true, true, true, true, false, true, true]);
    const refused = settled[4];
    expect(refused?.status === 'rejected' && isFailure(refused.reason, TELEMETRY_FAILURES.rowRefused)).toBe(true);
    expect(stored.sort()).toEqual(['a', 'b', 'c', 'd', 'f', 'g']);
    expect(new Set(inserts.map((insert) => insert.token)).size).toBe(inserts.length);
  });

  it('does not try again when the disk is full', async () => {
    const { commit, inserts, turn } = setup();
    const call = commit.append([row('a')]).catch((error: unknown) => error);
    await turn();
    inserts[0]?.settle('disk');
    const error = await call;
    expect(isFailure(error, TELEMETRY_FAILURES.diskFull) && error.retryAfterSeconds).toBe(
      TELEMETRY_LIMITS.diskFullRetryAfterSeconds,
    );
    expect(inserts).toHaveLength(1);
  });

  it('rejects only the call with a value that cannot be encoded', async () => {
    const { commit, ids, inserts, turn } = setup();
    const good = commit.append([row('a')]);
    const bad = commit
      .append([row('b'), { ...row('c'), body: 5n as unknown as string }])
      .catch((error: unknown) => error);
    const alsoGood = commit.append([row('d')]);
    await turn();
    expect(ids()).toEqual([['a', 'd']]);
    inserts[0]?.settle();
    await Promise.all([good, alsoGood]);
    expect(isFailure(await bad, TELEMETRY_FAILURES.rowInvalid)).toBe(true);
  });
});
