// An application as its authors write it: argument 1 is the module of the SDK, 2 the DSN, 3 the rate of traces.
import http from 'node:http';

const [, , sdk, dsn, rate] = process.argv;
const Sentry = await import(sdk);
Sentry.init({
  dsn,
  release: 'shop@1.2.3',
  environment: 'staging',
  sendDefaultPii: true,
  ...(rate === undefined ? {} : { tracesSampleRate: Number(rate) }),
  enableLogs: true,
  includeLocalVariables: true,
  sendClientReports: true,
  maxBreadcrumbs: 50,
  beforeSend: (event) => (event.message === 'drop me' ? null : event),
});

const server = http.createServer((request, response) => {
  Sentry.getActiveSpan()?.setAttribute('shop.card_token', 'hushed-attr-Jh7Gf3kL0pQz81Xm');
  try {
    const password = 'hushed-local-Vt5Rw2Nc8Lk0Zq4P';
    if (request.url.startsWith('/fail')) throw new TypeError(`cannot read cart of ${password.length} things`);
    response.end('ok');
  } catch (error) {
    Sentry.captureException(error, { tags: { area: 'cart' }, extra: { api_key: 'hushed-extra-Mx6Bd9Tf1Ys3Kw7H' } });
    response.statusCode = 500;
    response.end('failed');
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
const ask = (path) =>
  new Promise((resolve) => {
    const headers = {
      authorization: 'Bearer hushed-header-Pq2Wn8Zr5Tc1Ld6J',
      cookie: 'session=hushed-cookie-Hs4Vm7Xk',
    };
    http.get({ port, path, headers }, (response) => response.resume().on('end', resolve));
  });
await ask('/ok');
await ask('/fail?step=2');

Sentry.addBreadcrumb({ category: 'cart', message: 'put one in', level: 'info' });
Sentry.captureMessage('checkout is slow', 'warning');
Sentry.captureMessage('drop me');
Sentry.captureEvent({ message: 'with a file' }, { attachments: [{ filename: 'cart.txt', data: 'two apples' }] });
const id = Sentry.captureCheckIn(
  { monitorSlug: 'nightly', status: 'in_progress' },
  { schedule: { type: 'crontab', value: '0 3 * * *' } },
);
Sentry.captureCheckIn({ monitorSlug: 'nightly', status: 'ok', checkInId: id, duration: 1.5 });
Sentry.captureFeedback({ message: 'the cart is empty', name: 'Ada', email: 'ada@example.com' });
Sentry.logger?.info('order placed', { order: 7, paid: true, sum: 12.5 });
Sentry.logger?.error('payment failed', { order: 8 });
Sentry.metrics?.count?.('orders', 1, { attributes: { shop: 'north' } });
Sentry.metrics?.distribution?.('order.size', 17.5, { unit: 'kilobyte', attributes: { shop: 'north' } });
Sentry.metrics?.gauge?.('queue.depth', 3);
await Sentry.flush(10_000);
await Sentry.close(10_000);
server.close();
server.closeAllConnections();
