import { defineLimits } from '../base/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const ACCESS_LIMITS = defineLimits('access', {
  emailCharsMax: { value: 254, unit: 'count', reason: 'the longest address that SMTP carries (RFC 5321)' },
  nameCharsMax: { value: 200, unit: 'count', reason: 'what a page can show' },
  passwordCharsMin: { value: 12, unit: 'count', reason: 'beyond guessing at the rate that sign-in allows' },
  passwordCharsMinBootstrap: {
    value: 8,
    unit: 'count',
    reason: 'the least of NIST SP 800-63B, for a password set by whoever runs the machine',
  },
  passwordCharsMax: { value: 1024, unit: 'count', reason: 'hashing must not be fed megabytes' },
  passwordCharsGenerated: { value: 24, unit: 'count', reason: 'about 139 bits' },
  argon2MemoryKib: { value: 19_456, unit: 'count', reason: 'KiB; OWASP password storage cheat sheet, argon2id' },
  argon2Passes: { value: 2, unit: 'count', reason: 'the same source, for that memory' },
  scryptCost: { value: 32_768, unit: 'count', reason: 'N for r=8, p=3, same source; where argon2 is not installed' },
  hashesAtOnce: { value: 2, unit: 'count', reason: 'each takes a core and 20 to 32 MiB for tens of milliseconds' },
  hashesWaiting: { value: 64, unit: 'count', reason: 'the last one waits about two seconds' },
  signInsPerAddressAndPerson: { value: 10, unit: 'count', reason: 'a person who forgot; then the window must pass' },
  signInsPerPerson: { value: 100, unit: 'count', reason: 'guessing from many addresses at once' },
  signInsPerAddress: { value: 100, unit: 'count', reason: 'a whole office behind one address' },
  signInWindowS: { value: 900, unit: 's', reason: 'the time over which wrong sign-ins are counted' },
  wrongKeysPerAddress: { value: 60, unit: 'count', reason: 'past it a sender with an old key is told to slow down' },
  wrongKeysWindowS: { value: 60, unit: 's', reason: 'the time over which wrong keys are counted' },
  sessionIdleMs: { value: 8 * HOUR, unit: 'ms', reason: 'a working day' },
  sessionMaxMs: { value: 72 * HOUR, unit: 'ms', reason: 'a stolen cookie dies in days' },
  sessionSeenMs: { value: MINUTE, unit: 'ms', reason: 'how exact the idle time is; saves a write per request' },
  sessionsPerPersonMax: { value: 20, unit: 'count', reason: 'browsers of one person; the oldest session ends' },
  keyCacheMs: { value: 5000, unit: 'ms', reason: 'how long a change made by another process may stay unseen' },
  keyCacheMax: { value: 10_000, unit: 'count', reason: 'keys in use, and unknown ids that are tried' },
  keyUsedMs: { value: MINUTE, unit: 'ms', reason: 'how exact the time of last use is; saves a write per request' },
  peopleMax: { value: 10_000, unit: 'count', reason: 'the list is answered whole' },
  keysMax: { value: 10_000, unit: 'count', reason: 'the list is answered whole' },
  grantsMax: { value: 10_000, unit: 'count', reason: 'the list is answered whole' },
  grantsPerActorMax: { value: 500, unit: 'count', reason: 'patterns that each read of logs is checked against' },
  patternCharsMax: { value: 512, unit: 'count', reason: 'the length of a log group name' },
});
