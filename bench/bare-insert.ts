import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Session } from 'chdb';
import { engineArguments } from '../src/telemetry/drivers/chdb/engine-arguments.ts';
import { EMBEDDED_TOPOLOGY, LOGS_SCHEMA, logsDdl } from '../src/telemetry/index.ts';
import { encodeLogRows } from '../src/telemetry/store/encode-log-rows.ts';
import { createRowBuffer } from '../src/telemetry/store/row-buffer.ts';
import { makeLogRows } from './log-rows.ts';

/**
 * `node --import tsx bench/bare-insert.ts ROWS START_NS`: the baseline of bench/logs.ts. Inserts the rows into the same
 * table of a bare chDB, already encoded, 50,000 at a time, synced to disk, with the index left to merges as Holdfast
 * does. Prints {rows, seconds, bytes}; making and encoding the rows is not counted.
 */
const rows = Number(process.argv[2] ?? 200_000);
const startNs = BigInt(process.argv[3] ?? '1767225600000000000');
const BATCH = 50_000;

const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bare-'));
const session = new Session(folder, { connectionArgs: [...engineArguments()] });
for (const statement of logsDdl({ topology: EMBEDDED_TOPOLOGY })) await session.queryAsync(statement);
const columns = LOGS_SCHEMA.columns.map((column) => column.name);
let seconds = 0;
let bytes = 0;
for (let first = 0; first < rows; first += BATCH) {
  const buffer = createRowBuffer();
  encodeLogRows(makeLogRows({ rows: Math.min(BATCH, rows - first), first, startNs }), buffer);
  const values = buffer.slice(0, buffer.length());
  bytes += values.length;
  const started = performance.now();
  await session.insert({
    table: `${LOGS_SCHEMA.database}.logs_standard`,
    columns,
    values,
    format: 'JSONCompactEachRow',
    settings: { materialize_skip_indexes_on_insert: 0, max_partitions_per_insert_block: 0 },
  });
  seconds += (performance.now() - started) / 1000;
}
session.close();
await rm(folder, { recursive: true, force: true });
console.log(JSON.stringify({ rows, seconds, bytes }));
