import { randomBytes } from 'node:crypto';

/** Events in the form of @sentry/node, of the sizes that the bench asks for. */

const ROUTES = ['cart', 'checkout', 'orders', 'login', 'search', 'profile', 'invoice', 'stock', 'refund', 'export'];
const TYPES = ['TypeError', 'RangeError', 'PaymentError', 'TimeoutError', 'NotFoundError'];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Text of the alphabet, different for each number: digits would be taken out of messages by grouping. */
const wordOf = (number: number): string => {
  let rest = number;
  let word = '';
  for (let place = 0; place < 5; place += 1) {
    word += String.fromCharCode(103 + (rest % 20));
    rest = Math.trunc(rest / 20);
  }
  return word;
};

const frame = (index: number, depth: number, more: object = {}): object => ({
  filename: `/srv/shop/dist/${pick(ROUTES, index)}/step-${depth}.js`,
  module: `${pick(ROUTES, index)}.step-${depth}`,
  function: `${pick(ROUTES, index)}Step${depth}`,
  lineno: 10 + depth,
  colno: 7,
  in_app: depth % 3 !== 0,
  ...more,
});

const eventOf = (index: number, exception: object): Record<string, unknown> => ({
  event_id: hex(16),
  timestamp: Date.now() / 1000,
  platform: 'node',
  level: 'error',
  release: `shop@1.${index % 7}.0`,
  environment: 'production',
  server_name: `web-${index % 8}`,
  transaction: `GET /${pick(ROUTES, index)}`,
  user: { id: String(index % 5000) },
  tags: { region: pick(['eu', 'us', 'ap'], index), shard: String(index % 16) },
  contexts: {
    trace: { trace_id: hex(16), span_id: hex(8) },
    runtime: { name: 'node', version: 'v20.19.0' },
    os: { name: 'Linux', version: '6.1' },
  },
  sdk: { name: 'sentry.javascript.node', version: '11.12.0' },
  exception: { values: [exception] },
});

/** About 2 kB, of fifty different failures. */
export const smallEvent = (index: number): object =>
  eventOf(index, {
    type: pick(TYPES, Math.trunc(index / ROUTES.length)),
    value: `order ${index} could not be read after ${index % 900} ms`,
    mechanism: { type: 'generic', handled: index % 4 !== 0 },
    stacktrace: { frames: [1, 2, 3, 4, 5, 6].map((depth) => frame(index, depth)) },
  });

const SOURCE = 'const total = order.lines.reduce((sum, line) => sum + line.price * line.count, 0); // price of all';

/** About 50 kB: source lines, locals, a hundred breadcrumbs. */
export const bigEvent = (index: number): object => ({
  ...eventOf(index, {
    type: pick(TYPES, Math.trunc(index / ROUTES.length)),
    value: `order ${index} could not be read after ${index % 900} ms`,
    mechanism: { type: 'generic', handled: true },
    stacktrace: {
      frames: Array.from({ length: 20 }, (_, depth) =>
        frame(index, depth, {
          pre_context: [1, 2, 3, 4, 5].map((row) => `  ${SOURCE} ${row}`),
          context_line: `  ${SOURCE}`,
          post_context: [6, 7, 8, 9].map((row) => `  ${SOURCE} ${row}`),
          vars: {
            order: { id: index, lines: [{ sku: `sku-${index}-${depth}`, price: 12.5, count: depth }] },
            customer: `customer number ${index} of the shop`,
            attempt: depth,
          },
        }),
      ),
    },
  }),
  request: {
    url: `https://shop.example.org/${pick(ROUTES, index)}?page=${index % 10}`,
    method: 'POST',
    headers: {
      'user-agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
      accept: 'application/json',
      'x-request-id': hex(8),
    },
    data: { cart: index, note: `please leave parcel ${index} at the door` },
  },
  breadcrumbs: Array.from({ length: 100 }, (_, crumb) => ({
    timestamp: Date.now() / 1000 - crumb,
    category: crumb % 2 === 0 ? 'http' : 'console',
    level: 'info',
    message: `step ${crumb} of order ${index}: asked the stock service and waited ${crumb * 3} ms for the answer`,
    data: { url: `https://stock.example.org/items/${index}-${crumb}`, status_code: 200 },
  })),
});

/** A message that nobody sent before. */
export const distinctEvent = (index: number): object => ({
  ...eventOf(index, {}),
  exception: undefined,
  message: `the ${wordOf(index)} service refused the ${wordOf(index * 7 + 3)} request`,
});

/** An envelope of one event, as SDKs write it: items without a length. */
export const envelopeOf = (event: object): Buffer => {
  const { event_id } = event as { readonly event_id: string };
  const header = JSON.stringify({ event_id, sent_at: new Date().toISOString() });
  return Buffer.from(`${header}\n${JSON.stringify({ type: 'event' })}\n${JSON.stringify(event)}\n`);
};
