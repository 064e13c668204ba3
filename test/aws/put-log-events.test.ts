import { type InputLogEvent, PutLogEventsCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/index.ts';
import { event, logStreamName, refusal, type SdkSession, startSdkSession } from './sdk-session.ts';

let session: SdkSession;
let logGroupName = '';
beforeAll(async () => {
  session = await startSdkSession();
});
afterAll(() => session.close());
beforeEach(async () => {
  logGroupName = await session.newGroup();
});

const put = (logEvents: InputLogEvent[]) => session.put(logGroupName, logEvents);

describe('PutLogEvents', () => {
  it('stores what it accepts, in order', async () => {
    const answer = await put([event(2, 'first'), event(1, 'zwölf €'), event(1, 'third')]);
    expect(answer.nextSequenceToken).toMatch(/^\d{56}$/);
    expect(answer.rejectedLogEventsInfo).toBeUndefined();
    expect(await session.stored(logGroupName)).toEqual(['first', 'zwölf €', 'third']);
  });

  it('ignores sequence tokens and entities', async () => {
    const answer = await session.client.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName,
        logEvents: [event(0)],
        sequenceToken: 'stale',
        entity: { keyAttributes: { Type: 'Service', Name: 'shop' } },
      }),
    );
    expect(answer.rejectedEntityInfo).toBeUndefined();
  });

  it('refuses a batch that is out of order or spans more than 24 hours', async () => {
    expect(await refusal(put([event(1), event(2)]))).toBe(
      'InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.',
    );
    expect(await refusal(put([event(DAY_MS + 1), event(0)]))).toBe(
      'InvalidParameterException: The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
    expect(await refusal(put([event(DAY_MS), event(0)]))).toBe('accepted');
    expect(await session.stored(logGroupName)).toHaveLength(2);
  });

  it('leaves out events that are too old or too new and names them by index', async () => {
    const answer = await put([
      event(20 * DAY_MS, 'old'),
      event(14 * DAY_MS + 1, 'old'),
      event(0, 'kept'),
      event(-2 * HOUR_MS, 'kept'),
      event(-2 * HOUR_MS - 1, 'new'),
    ]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 2, tooNewLogEventStartIndex: 4 });
    expect(await session.stored(logGroupName)).toEqual(['kept', 'kept']);
  });

  it('names events older than the retention of the group', async () => {
    await session.client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
    const answer = await put([event(15 * DAY_MS), event(DAY_MS + 5), event(DAY_MS + 4), event(HOUR_MS, 'kept')]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 3 });
    expect(await session.stored(logGroupName)).toEqual(['kept']);
  });

  it('accepts a batch of nothing but events that are left out, if the stream exists', async () => {
    expect((await put([event(-DAY_MS)])).rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 0 });
    logGroupName = 'none';
    expect(await refusal(put([event(-DAY_MS)]))).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
  });

  it('takes 10,000 events and not one more', async () => {
    const many = Array.from({ length: 10_000 }, () => event(0, 'x'));
    expect(await refusal(put(many))).toBe('accepted');
    expect(await session.stored(logGroupName)).toHaveLength(10_000);
    expect(await refusal(put([...many, event(0)]))).toMatch(
      /^InvalidParameterException: 1 validation error detected: .* at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000$/,
    );
    expect(await refusal(put([]))).toMatch(/at 'logEvents' .*greater than or equal to 1$/);
  });

  it('takes 1,048,576 bytes of UTF-8 with 26 for each event, and not one more', async () => {
    const half = 1_048_576 / 2 - 26;
    expect(await refusal(put([event(0, 'a'.repeat(half)), event(0, 'é'.repeat(half / 2))]))).toBe('accepted');
    expect(await refusal(put([event(0, 'a'.repeat(half)), event(0, `${'é'.repeat(half / 2)}a`)]))).toBe(
      'InvalidParameterException: Upload too large: 1048577 bytes exceeds limit of 1048576',
    );
    expect(await refusal(put([event(0, 'a'.repeat(1_048_550))]))).toBe('accepted');
    expect(await refusal(put([event(0, 'a'.repeat(1_048_551))]))).toBe(
      'InvalidParameterException: Log event too large: 1048577 bytes exceeds limit of 1048576',
    );
    // Every character becomes six in JSON: the largest body that is allowed.
    expect(await refusal(put([event(0, '\u0001'.repeat(1_048_550))]))).toBe('accepted');
  });

  it('takes NUL and lone surrogates, and refuses an empty message', async () => {
    expect(await refusal(put([event(0, 'a\u0000b\ud800c')]))).toBe('accepted');
    expect(await refusal(put([event(0, 'a'), event(0, '')]))).toMatch(
      /Value '' at 'logEvents\.2\.member\.message' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
    );
  });

  it('counts what it accepted, left out and refused', async () => {
    const before = session.server.counters.list()[0];
    await put([event(0), event(-DAY_MS)]);
    await refusal(put([event(1), event(2)]));
    const after = session.server.counters.list()[0];
    expect((after?.records ?? 0) - (before?.records ?? 0)).toBe(1);
    expect((after?.refusedRecords ?? 0) - (before?.refusedRecords ?? 0)).toBe(1);
    expect((after?.refusedRequests ?? 0) - (before?.refusedRequests ?? 0)).toBe(1);
  });
});
