import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import type { FailNext, SeenRequest } from './clickhouse-http.ts';

/**
 * The HTTP interface of ClickHouse in front of chDB, as a process of its own: the real client and the real
 * engine, and between them this stand-in for the server. It knows what the driver uses: settings, parameters
 * and database in the URL, compressed bodies, query ids, and errors in the header. What only a cluster does is
 * not here. `/_seen` tells what arrived; `/_fail` lets a coming request fail.
 */
const chdb = createRequire(import.meta.url)('chdb') as typeof import('chdb');
const folder = process.argv[2] ?? '';
const connectionArgs = ['--background_pool_size=2', '--background_merges_mutations_concurrency_ratio=16'];
const keeper = new chdb.Session(folder, { connectionArgs });
const seen: SeenRequest[] = [];
const failing: FailNext[] = [];

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => {
  keeper.close();
  process.exit();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = new URL(request.url ?? '/', 'http://localhost');
  const encoded = request.headers['content-encoding'] === 'gzip';
  const body = await readText(encoded ? request.pipe(createGunzip()) : request);
  if (address.pathname === '/_seen') return void response.end(JSON.stringify(seen));
  if (address.pathname === '/_fail') {
    failing.push(JSON.parse(body) as FailNext);
    return void response.end();
  }
  const inAddress = address.searchParams.get('query');
  const one = readRequest(request, address, inAddress ?? body);
  seen.push(one);
  const failure = takeFailure(one.query);
  if (failure !== undefined && failure.after !== true) return answerFailure(response, failure);
  const queryId = address.searchParams.get('query_id') ?? '';
  const sql = inAddress === null ? `/* id:${queryId} */ ${killByMark(body)}` : `${inAddress}\n${body}`;
  const session = new chdb.Session(folder);
  try {
    for (const statement of preparations(one)) await session.queryAsync(statement);
    const bytes = Buffer.from((await session.queryAsync(sql)).bytes());
    if (failure !== undefined) return answerFailure(response, failure);
    const gzip = /gzip/.test(one.acceptEncoding ?? '');
    response.writeHead(200, gzip ? { 'content-encoding': 'gzip' } : {});
    response.end(gzip ? gzipSync(bytes) : bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = /Code: (\d+)/.exec(message)?.[1] ?? '1000';
    response.writeHead(500, { 'x-clickhouse-exception-code': code });
    response.end(`${message} (version 26.7.2.1 (official build))\n`);
  } finally {
    session.close();
  }
}

function preparations(one: SeenRequest): readonly string[] {
  const settings = Object.entries(one.settings).map(([name, value]) => `${name} = ${quote(value)}`);
  return [
    ...(one.database === undefined ? [] : [`USE ${one.database}`]),
    ...Object.entries(one.params).map(([name, value]) => `SET param_${name} = ${quote(value)}`),
    ...(settings.length === 0 ? [] : [`SET ${settings.join(', ')}`]),
  ];
}

/** What the URL carries for the HTTP interface itself; everything else is a setting of the engine. */
const OF_HTTP = ['query', 'query_id', 'database', 'default_format', 'enable_http_compression', 'wait_end_of_query'];

function readRequest(request: IncomingMessage, address: URL, query: string): SeenRequest {
  const all = [...address.searchParams];
  const params = all.filter(([name]) => name.startsWith('param_'));
  const settings = all.filter(([name]) => !OF_HTTP.includes(name) && !name.startsWith('param_'));
  return {
    query,
    settings: Object.fromEntries(settings),
    params: Object.fromEntries(params.map(([name, value]) => [name.slice(6), value])),
    database: address.searchParams.get('database') ?? undefined,
    contentEncoding: request.headers['content-encoding'],
    acceptEncoding: String(request.headers['accept-encoding'] ?? ''),
    authorization: request.headers.authorization,
  };
}

function takeFailure(query: string): FailNext | undefined {
  const index = failing.findIndex((one) => query.startsWith(one.starting));
  return index < 0 ? undefined : failing.splice(index, 1)[0];
}

function answerFailure(response: ServerResponse, failure: FailNext): void {
  response.writeHead(500, { 'x-clickhouse-exception-code': String(failure.code) });
  response.end(`Code: ${failure.code}. DB::Exception: as the test wants. (${failure.name}) (version 26.7.2.1)\n`);
}

/** chDB gives queries ids of its own; the mark in front of the text stands for the one that the client sent. */
const killByMark = (query: string): string =>
  query.replace(/WHERE query_id = '([^']+)'/, (_, id: string) => `WHERE startsWith(query, '/* id:${id} */')`);

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
