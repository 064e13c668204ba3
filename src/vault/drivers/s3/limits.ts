import { defineLimits, MINUTE_MS, SECOND_MS } from '../../../base/index.ts';

export const VAULT_S3_LIMITS = defineLimits('vault-s3', {
  attemptsMax: { value: 4, unit: 'count', reason: 'rides out a restart behind a load balancer, then the zone is away' },
  backoffMs: { value: 200, unit: 'ms', reason: 'first wait after a throttled or failed request; doubles each time' },
  backoffMsMax: { value: 5 * SECOND_MS, unit: 'ms', reason: 'longest wait between two attempts' },
  connectMs: { value: 5 * SECOND_MS, unit: 'ms', reason: 'a store that does not accept by then is away' },
  attemptMs: { value: 30 * SECOND_MS, unit: 'ms', reason: 'one object of 8 MiB at 2.2 Mbit/s, headers and body' },
  openMs: { value: 10 * SECOND_MS, unit: 'ms', reason: 'a store that is away must not hold up the start' },
  socketsMax: { value: 32, unit: 'count', reason: 'connections to one store; more only wait on its side' },
  headsInFlight: { value: 8, unit: 'count', reason: 'locks of objects that are read at once while listing' },
  listPage: { value: 1000, unit: 'count', reason: 'the most that S3 answers in one listing' },
  keyPage: { value: 50, unit: 'count', reason: 'versions of one name that are read at once; there should be one' },
  versionsKeptMax: {
    value: 1000,
    unit: 'count',
    reason: 'versions of one name held in memory, the oldest ones; an attacker can write any number of newer ones',
  },
  foreignVersionsMax: {
    value: 16,
    unit: 'count',
    reason: 'older versions without the mark of this driver that are passed over in search of its own',
  },
  pinsMax: {
    value: 50_000,
    unit: 'count',
    reason: 'version ids remembered; about 10 MiB, a forgotten one costs a listing',
  },
  probeLockMs: {
    value: 5 * MINUTE_MS,
    unit: 'ms',
    reason: 'lock of the objects that a probe makes; longer than the clocks of two machines differ',
  },
  probeSweepMax: { value: 200, unit: 'count', reason: 'leftovers of earlier probes that one probe removes' },
  reasonCharsMax: { value: 200, unit: 'count', reason: 'what a store says goes into messages only so far' },
});
