/** A program that starts the embedded server, says where in one line of JSON, and stops when its input ends. */
import { createLog, systemClock } from '../../src/base/index.ts';
import { startEmbeddedPostgres } from '../../src/catalog/drivers/embedded/index.ts';

const [folder = '', source = 'any'] = process.argv.slice(2);
const log = createLog({ level: 'info', destination: process.stderr, scrub: (line) => line });
try {
  const server = await startEmbeddedPostgres({
    folder,
    clock: systemClock,
    log,
    source: source === 'system' || source === 'packaged' ? source : 'any',
  });
  const { url, pid, version } = server;
  process.stdout.write(`${JSON.stringify({ url, pid, version, uid: process.getuid?.() })}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  await server.stop();
} catch (error) {
  process.stdout.write(`${JSON.stringify({ failure: (error as { code?: string }).code ?? String(error) })}\n`);
  process.exitCode = 1;
}
