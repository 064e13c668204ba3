/** A program that sends what lies in the catalog until it is killed, for tests of crashes. */
import { createAccess } from '../../src/access/index.ts';
import { createAudit } from '../../src/audit/index.ts';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { openCatalog } from '../../src/catalog/index.ts';
import { createNotify } from '../../src/notify/index.ts';
import { createRedactor } from '../../src/redact/index.ts';

const [url = '', keyFolder = '', count = '0'] = process.argv.slice(2);
const log = silentLog();
const clock = systemClock;
const catalog = await openCatalog({ url, migrations: JSON.parse(process.env.MIGRATIONS ?? '[]'), clock, log });
const audit = createAudit({ catalog, clock, log, region: 'local', accountId: '000000000001' });
const access = await createAccess({ catalog, audit, clock, log, keyFolder });
const notify = createNotify({
  ...{ catalog, audit, clock, log, allowLoopback: true, redactor: createRedactor(), secrets: access.secrets },
  authorize: access.authorize,
  publicUrl: 'https://holdfast.example',
});
await notify.start();
const now = Date.now();
const raised = Array.from({ length: Number(count) }, (_, index) =>
  notify.alerting.raise({
    key: `crash:${index}`,
    state: 'firing',
    severity: 'critical',
    source: 'test',
    title: `crash ${index}`,
    body: '',
    labels: {},
    atMs: now,
  }),
);
await Promise.all(raised);
process.stdout.write('raised\n');
setInterval(() => undefined, 1_000);
