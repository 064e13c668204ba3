import { join } from 'node:path';
import { startFakeServer } from './fake-server.ts';
import type { FakeMode } from './fake-state.ts';

/** `node --import tsx console/dev/serve-fake.ts [full|empty|failing] [port]`: the console without Holdfast. */
const [mode = 'full', port = '8100'] = process.argv.slice(2);
const dist = join(import.meta.dirname, '..', 'dist');
const server = await startFakeServer({ mode: mode as FakeMode, port: Number(port), dist });
process.stdout.write(`fake Holdfast, ${mode}: ${server.url}\n`);
