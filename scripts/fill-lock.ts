import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Adds entries for the platform packages that a registry mirror did not serve when the lock was made. Without them
 * `npm ci` calls the lock out of sync; with them npm fetches such a package by name on the platform that needs it.
 * The added entries carry no integrity hash. Run after every change of dependencies:
 * `node --import tsx scripts/fill-lock.ts`.
 */
interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'openharmony', 'win32', 'linux', 'aix', 'netbsd', 'openbsd', 'sunos'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'loong64', 'mips64el', 'arm'];

const systemOf = (name: string): string | undefined =>
  name.includes('windows') ? 'win32' : SYSTEMS.find((system) => name.includes(system));
const processorOf = (name: string): string | undefined => PROCESSORS.find((processor) => name.includes(processor));

function entryFor(name: string, range: string, dev: boolean): Record<string, unknown> {
  const system = systemOf(name);
  const processor = processorOf(name);
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(processor === undefined ? {} : { cpu: [processor] }),
    ...(dev ? { dev: true } : {}),
    optional: true,
    ...(system === undefined ? {} : { os: [system] }),
    ...(name.includes('musl')
      ? { libc: ['musl'] }
      : system === 'linux' && name.includes('gnu')
        ? { libc: ['glibc'] }
        : {}),
  };
}

const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8')) as {
  packages: Record<string, LockEntry | Record<string, unknown>>;
};
let added = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  if (at === '') continue;
  const { optionalDependencies = {}, dev = false } = entry as LockEntry;
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (lock.packages[`${at}/node_modules/${name}`] ?? lock.packages[`node_modules/${name}`]) continue;
    lock.packages[`node_modules/${name}`] = entryFor(name, range, dev);
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform entries added`);
