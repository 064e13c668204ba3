import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../base/index.ts';
import { BACKUP_SNAPSHOT_FAILURES } from './failures.ts';
import { createTarReader, type TarEntry } from './tar-reader.ts';

const refuse = (reason: string): Failure =>
  new Failure(BACKUP_SNAPSHOT_FAILURES.archiveInvalid, { source: 'test', reason });

interface Found extends TarEntry {
  readonly bytes: Buffer;
}

function readArchive(archive: Buffer, cuts: readonly number[]): readonly Found[] {
  const found: Found[] = [];
  let parts: Buffer[] = [];
  let current: TarEntry | undefined;
  const reader = createTarReader(
    {
      onEntry: (entry) => {
        current = entry;
        if (entry.type !== 'file') found.push({ ...entry, bytes: Buffer.alloc(0) });
      },
      onBytes: (bytes) => parts.push(Buffer.from(bytes)),
      onEnd: () => {
        if (current !== undefined) found.push({ ...current, bytes: Buffer.concat(parts) });
        parts = [];
      },
    },
    refuse,
  );
  let at = 0;
  for (const cut of [...cuts, archive.length]) {
    const to = Math.min(archive.length, at + cut);
    reader.push(archive.subarray(at, to));
    at = to;
  }
  reader.end();
  return found;
}

async function archiveOf(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'pg_wal', type: 'directory', mode: 0o700 });
  tar.entry({ name: 'pg_tblspc/16399', type: 'symlink', linkname: '/srv/fast' });
  for (const { path, bytes } of files) tar.entry({ name: path, mode: 0o600 }, Buffer.from(bytes));
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe('the reader of archives', () => {
  test('gives what another program packed, however the bytes are cut', async () => {
    const file = fc.record({ path: fc.stringMatching(/^[a-z0-9]{1,40}$/), bytes: fc.uint8Array({ maxLength: 3000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 8 }), fc.array(fc.nat(2000)), async (files, cuts) => {
        const found = readArchive(await archiveOf(files), cuts);
        expect(found[0]).toMatchObject({ path: 'pg_wal', type: 'folder', mode: 0o700 });
        expect(found[1]).toMatchObject({ path: 'pg_tblspc/16399', type: 'link', linkTarget: '/srv/fast' });
        const got = found.slice(2).map(({ path, bytes }) => ({ path, bytes: bytes.toString('hex') }));
        expect(got).toEqual(files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes).toString('hex') })));
      }),
      { numRuns: 60 },
    );
  });

  test('refuses changed and cut archives by a failure of its own, whatever the bytes', async () => {
    const archive = await archiveOf([{ path: 'base', bytes: new Uint8Array(700) }]);
    fc.assert(
      fc.property(fc.nat(1535), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const changed = Buffer.from(archive);
        changed[at] = (changed[at] ?? 0) ^ bits;
        expect(() => readArchive(changed, [])).toThrow(Failure);
      }),
    );
    expect(() => readArchive(archive.subarray(0, 2000), [])).toThrow('cut off');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 511 }), (bytes) => {
        expect(() => readArchive(Buffer.from(bytes), [])).toThrow(Failure);
      }),
    );
  });

  test('refuses paths that leave the data folder', async () => {
    for (const path of ['../evil', 'a/../../b']) {
      const archive = await archiveOf([{ path, bytes: new Uint8Array(1) }]);
      expect(() => readArchive(archive, [])).toThrow('leaves the data folder');
    }
  });
});
