/** A process of its own that streams a source into a vault and prints how far it is durable; for being killed. */
import { startStream, testSource } from './stream-bench.ts';

const [root = '', url = ''] = process.argv.slice(2);
const bench = await startStream(root, testSource(url));
setInterval(() => {
  const { state, durableLsn } = bench.stream.status();
  process.stdout.write(
    `${JSON.stringify({ state, durable: durableLsn?.toString() ?? '0', gaps: bench.gaps.length })}\n`,
  );
}, 50);
