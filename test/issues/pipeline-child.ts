import { failure, incoming, newEventId, openPipeline, withRealTracker } from './open-pipeline.ts';

/**
 * Sends events of a few kinds with several calls under way, each event again some calls later, and prints the ids of a
 * call once it is acknowledged. Runs until it is killed. Arguments: folder, address of PostgreSQL.
 */
const [, , folder = '', url = ''] = process.argv;
const { pipeline } = await openPipeline({ folder, url, change: withRealTracker });
const sent: string[] = [];
let next = 0;

async function sendForEver(): Promise<never> {
  for (;;) {
    const events = Array.from({ length: 1 + (next % 7) }, (_, index) => {
      const repeated = (next + index) % 3 === 0 ? sent[(next * 7 + index) % Math.max(1, sent.length)] : undefined;
      const eventId = repeated ?? newEventId();
      // The kind follows from the id, so that what is sent again is the same event.
      const kind = 'abcdef'[Number.parseInt(eventId.slice(16, 18), 16) % 6] ?? 'a';
      return incoming(failure(`Kind${kind.toUpperCase()}`), { eventId });
    });
    next += 1;
    await pipeline.events(events);
    sent.push(...events.map(({ eventId }) => eventId));
    process.stdout.write(`${events.map(({ eventId }) => eventId).join(' ')}\n`);
  }
}

await Promise.all([0, 1, 2, 3, 4, 5].map(sendForEver));
