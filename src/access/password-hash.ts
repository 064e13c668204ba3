import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Failure, newSecret } from '../base/index.ts';
import { ACCESS_FAILURES } from './failures.ts';
import { createHashQueue } from './hash-queue.ts';
import { ACCESS_LIMITS } from './limits.ts';

/** Makes and checks the stored form of passwords; which algorithm made one stands in the form itself. */
export interface PasswordHasher {
  readonly hash: (password: string) => Promise<string>;
  /** Throws `access.password-form-unknown` for a form that this installation cannot check, and `access.busy`. */
  readonly verify: (stored: string, password: string) => Promise<boolean>;
  /** Takes as long as a check and is never true: for an address that nobody has. */
  readonly verifyNobody: (password: string) => Promise<false>;
}

interface Argon2 {
  readonly hash: (password: string, options: { memoryCost: number; timeCost: number }) => Promise<string>;
  readonly verify: (stored: string, password: string) => Promise<boolean>;
}

/** The native module, or undefined where there is none for the platform. */
export async function loadArgon2(): Promise<Argon2 | undefined> {
  try {
    return await import('@node-rs/argon2');
  } catch {
    return undefined;
  }
}

/** Passwords are compared in Unicode form C, because keyboards differ in how they send accents. */
export function createPasswordHasher(argon2: Argon2 | undefined): PasswordHasher {
  const run = createHashQueue({ atOnce: ACCESS_LIMITS.hashesAtOnce, waiting: ACCESS_LIMITS.hashesWaiting });
  const hash = (password: string): Promise<string> => {
    const text = password.normalize('NFC');
    if (argon2 === undefined) return run(() => hashScrypt(text, randomBytes(16)));
    const options = { memoryCost: ACCESS_LIMITS.argon2MemoryKib, timeCost: ACCESS_LIMITS.argon2Passes };
    return run(() => argon2.hash(text, options));
  };
  const verify = async (stored: string, password: string): Promise<boolean> => {
    const text = password.normalize('NFC');
    if (stored.startsWith('$scrypt$')) return run(() => verifyScrypt(stored, text));
    if (argon2 === undefined || !stored.startsWith('$argon2')) {
      throw new Failure(ACCESS_FAILURES.passwordFormUnknown, { algorithm: stored.split('$')[1] ?? 'nothing' });
    }
    return run(() => argon2.verify(stored, text));
  };
  let nobody: Promise<string> | undefined;
  return {
    hash,
    verify,
    verifyNobody: async (password) => {
      nobody ??= hash(newSecret(32)).catch((error: unknown) => {
        nobody = undefined;
        throw error;
      });
      await verify(await nobody, password);
      return false;
    },
  };
}

const SCRYPT = { r: 8, p: 3, length: 32 } as const;

/** `$scrypt$n=…,r=8,p=3$<salt>$<hash>`, the last two in base64url. */
async function hashScrypt(password: string, salt: Buffer): Promise<string> {
  const n = ACCESS_LIMITS.scryptCost;
  const digest = await runScrypt(password, salt, n);
  return `$scrypt$n=${n},r=${SCRYPT.r},p=${SCRYPT.p}$${salt.toString('base64url')}$${digest.toString('base64url')}`;
}

async function verifyScrypt(stored: string, password: string): Promise<boolean> {
  const match = /^\$scrypt\$n=(\d{4,7}),r=8,p=3\$([\w-]+)\$([\w-]+)$/.exec(stored);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) {
    throw new Failure(ACCESS_FAILURES.passwordFormUnknown, { algorithm: 'scrypt of another form' });
  }
  const digest = await runScrypt(password, Buffer.from(match[2], 'base64url'), Number(match[1]));
  const expected = Buffer.from(match[3], 'base64url');
  return expected.length === digest.length && timingSafeEqual(expected, digest);
}

function runScrypt(password: string, salt: Buffer, n: number): Promise<Buffer> {
  const { r, p, length } = SCRYPT;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, { N: n, r, p, maxmem: 256 * n * r }, (error, digest) =>
      error === null ? resolve(digest) : reject(error),
    );
  });
}
