import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Failure } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { ACCESS_LIMITS } from './limits.ts';

/** Counts wrong attempts in memory; a restart forgets them. */
export interface Throttle {
  /** Takes one attempt of the address and of the person. Throws `access.too-many-attempts`. */
  readonly beforeSignIn: (sourceIp: string, email: string) => Promise<void>;
  /** Gives the attempt back, and forgets the wrong ones of this person from this address. */
  readonly afterSignIn: (sourceIp: string, email: string) => Promise<void>;
  /** Throws `access.too-many-attempts` past the limit. */
  readonly wrongKey: (sourceIp: string) => Promise<void>;
}

export function createThrottle(): Throttle {
  const duration = ACCESS_LIMITS.signInWindowS;
  // Of one person from one address few, else from anywhere more: nobody can lock out a person from afar with ease.
  const pairs = new RateLimiterMemory({ points: ACCESS_LIMITS.signInsPerAddressAndPerson, duration });
  const people = new RateLimiterMemory({ points: ACCESS_LIMITS.signInsPerPerson, duration });
  const addresses = new RateLimiterMemory({ points: ACCESS_LIMITS.signInsPerAddress, duration });
  const wrongKeys = new RateLimiterMemory({
    points: ACCESS_LIMITS.wrongKeysPerAddress,
    duration: ACCESS_LIMITS.wrongKeysWindowS,
  });
  return {
    beforeSignIn: async (sourceIp, email) => {
      const address = addressKey(sourceIp);
      // The address comes first: one address can then make only so many entries in the other two.
      await take(addresses, address);
      await take(pairs, pairKey(address, email));
      await take(people, digest(email));
    },
    afterSignIn: async (sourceIp, email) => {
      const address = addressKey(sourceIp);
      await addresses.reward(address, 1);
      await pairs.delete(pairKey(address, email));
      await people.reward(digest(email), 1);
    },
    wrongKey: (sourceIp) => take(wrongKeys, addressKey(sourceIp)),
  };
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new Failure(ACCESS_FAILURES.tooManyAttempts, { retryAfterSeconds }, { retryAfterSeconds });
  }
}

/** Addresses as typed are of any length; their digests are not. */
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
const pairKey = (address: string, email: string): string => digest(`${address}\n${email}`);

/** An IPv6 customer has a whole /64, so that is what counts; an IPv4 address written as IPv6 is that address. */
export function addressKey(sourceIp: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(sourceIp)?.[1];
  if (mapped !== undefined) return mapped;
  if (!sourceIp.includes(':')) return sourceIp;
  const [head = '', tail] = sourceIp.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const last = tail === '' ? [] : tail.split(':');
    while (groups.length + last.length < 8) groups.push('0');
    groups.push(...last);
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
