import type { Commit, WorkbookVersion } from '../src/api/types.ts';
import { type FakeAnswer, type FakeCall, ok, refuse } from './fake-answer.ts';
import type { FakeState } from './fake-state.ts';
import { type FakeWorkbook, fakeComparison, fakeVersion } from './fake-workbooks.ts';

const VERSIONS_PAGE = 50;

const notFound = (name: string): FakeAnswer =>
  refuse(404, {
    code: 'workbooks.not-found',
    message: `there is no workbook ${name}`,
    hint: 'create it first or commit with createMissing; names are case-sensitive',
  });

const noVersion = (name: string, ref: string): FakeAnswer =>
  refuse(404, {
    code: 'workbooks.version-not-found',
    message: `the workbook ${name} has no version ${ref}`,
    hint: 'list its versions; a version is named by its number, by `latest` or by the SHA-256 of its bytes',
  });

const versionOf = (found: FakeWorkbook, ref: string): WorkbookVersion | undefined =>
  ref === 'latest'
    ? found.versions[0]
    : found.versions.find(({ number, sha256 }) => ref === String(number) || ref === sha256);

const mismatch = (found: FakeWorkbook, expected: string): FakeAnswer =>
  refuse(409, {
    code: 'workbooks.parent-mismatch',
    message: `the workbook ${found.book.name} is at version ${found.book.head}, and not at the version ${expected} that this commit goes out from`,
    hint: 'look at what was committed meanwhile, take it over into the file, and commit with the newer version as parent',
  });

function append(state: FakeState, found: FakeWorkbook, change: Partial<WorkbookVersion>): WorkbookVersion {
  const number = found.book.head + 1;
  const version = { ...fakeVersion(found.book.name, number, Date.now()), scan: 'clean' as const, ...change };
  const next = { book: { ...found.book, head: number }, versions: [version, ...found.versions] };
  state.workbooks = [...state.workbooks.filter((one) => one.book.name !== found.book.name), next];
  return version;
}

/** What somebody else does at the same moment; for tests. */
export function commitElsewhere(state: FakeState, name: string, message: string): void {
  const found = state.workbooks.find(({ book }) => book.name === name);
  if (found !== undefined) append(state, found, { message, author: 'tom@example.com', committedBy: 'tom@example.com' });
}

function commit(state: FakeState, name: string, { query, bytes }: FakeCall): FakeAnswer {
  const known = state.workbooks.find(({ book }) => book.name === name);
  if (known === undefined && query.get('createMissing') !== 'true') return notFound(name);
  const found = known ?? {
    book: {
      id: `wb_new${state.workbooks.length}`,
      name,
      createdMs: Date.now(),
      createdBy: 'mira@example.com',
      retentionDays: 3653,
      head: 0,
    },
    versions: [],
  };
  const expected = query.get('expectedParent');
  if (expected !== null && expected !== (found.book.head === 0 ? 'none' : String(found.book.head)))
    return mismatch(found, expected);
  const version = append(state, found, {
    message: query.get('message') ?? '',
    author: 'mira@example.com',
    committedBy: 'mira@example.com',
    lengthBytes: bytes,
  });
  return ok({ version, unchanged: false, repeated: false } satisfies Commit);
}

function restore(state: FakeState, found: FakeWorkbook, { body }: FakeCall): FakeAnswer {
  const version = versionOf(found, String(body.version));
  if (version === undefined) return noVersion(found.book.name, String(body.version));
  const expected = body.expectedParent;
  if (expected !== undefined && expected !== String(found.book.head)) return mismatch(found, String(expected));
  const { sha256, contentHash, lengthBytes } = version;
  const made = append(state, found, {
    sha256,
    contentHash,
    lengthBytes,
    message: String(body.message ?? ''),
    restoredFrom: version.number,
  });
  return ok({ version: made, unchanged: false, repeated: false } satisfies Commit);
}

function versionRoutes(found: FakeWorkbook, rest: string, { query }: FakeCall): FakeAnswer | undefined {
  const { book, versions } = found;
  if (rest === '/versions') {
    const from = Number(query.get('pageToken') ?? 0);
    const next = from + VERSIONS_PAGE;
    return ok({
      workbook: book,
      versions: versions.slice(from, next),
      ...(next < versions.length ? { nextPageToken: String(next) } : {}),
    });
  }
  if (rest === '/compare') {
    const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
    const [old, current] = [versionOf(found, from), versionOf(found, to)];
    if (old === undefined || current === undefined) return noVersion(book.name, old === undefined ? from : to);
    return ok(fakeComparison(book.name, old, current));
  }
  const [, ref = '', content] = /^\/versions\/([^/]+)(\/content)?$/.exec(rest) ?? [];
  if (ref === '') return undefined;
  const version = versionOf(found, ref);
  if (version === undefined) return noVersion(book.name, ref);
  if (content === undefined) return ok(version);
  return { status: 200, file: { name: `${book.name} v${version.number}.xlsx`, bytes: Buffer.from(version.sha256) } };
}

export function workbookRoutes(state: FakeState, call: FakeCall): FakeAnswer | undefined {
  const { method, path, query } = call;
  if (path === '/workbooks') {
    const prefix = query.get('prefix') ?? '';
    return ok({ workbooks: state.workbooks.map(({ book }) => book).filter(({ name }) => name.startsWith(prefix)) });
  }
  const [, encoded = '', rest = ''] = /^\/workbooks\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (encoded === '') return undefined;
  const name = decodeURIComponent(encoded);
  if (method === 'POST' && rest === '/versions') return commit(state, name, call);
  const found = state.workbooks.find(({ book }) => book.name === name);
  if (found === undefined) return notFound(name);
  return rest === '/restore' ? restore(state, found, call) : versionRoutes(found, rest, call);
}
