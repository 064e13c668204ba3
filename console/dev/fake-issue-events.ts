import type { EventView, Frame, StoredEvent } from '../src/api/issue-types.ts';

/** Events as SDKs send them, for the issues of fake-issues.ts: a server's with a chain and locals, a minified browser's. */
const frame = (rest: Partial<Frame>): Frame => ({
  ...{ filename: '', absPath: '', module: '', package: '', function: '', rawFunction: '', platform: '' },
  ...{ preContext: [], postContext: [] },
  ...rest,
});

const EMPTY: StoredEvent = {
  ...{ eventId: '', projectId: '1', type: 'error', timeMs: 0, receivedMs: 0, platform: 'python', level: 'error' },
  ...{ logger: '', transaction: '', serverName: '', release: '', dist: '', environment: 'production' },
  ...{ exceptions: [], threads: [], breadcrumbs: [], tags: {}, contexts: {}, extra: {}, modules: {} },
  ...{ sdk: { name: '', version: '' }, traceId: '', spanId: '', debugImages: [], remarks: [], other: {} },
};

const mechanism = (type: string, handled: boolean) => ({ type, handled, synthetic: false, isExceptionGroup: false });

const PYTHON_FRAMES: readonly Frame[] = [
  frame({
    ...{ filename: 'django/core/handlers/exception.py', module: 'django.core.handlers.exception', function: 'inner' },
    ...{ absPath: '/venv/lib/python3.12/site-packages/django/core/handlers/exception.py', lineno: 55, inApp: false },
    preContext: ['    @wraps(get_response)', '    def inner(request):', '        try:'],
    contextLine: '            response = get_response(request)',
    postContext: ['        except Exception as exc:', '            response = response_for_exception(request, exc)'],
  }),
  frame({
    ...{ filename: 'django/core/handlers/base.py', module: 'django.core.handlers.base', function: '_get_response' },
    ...{ absPath: '/venv/lib/python3.12/site-packages/django/core/handlers/base.py', lineno: 197, inApp: false },
    contextLine: '                response = wrapped_callback(request, *callback_args, **callback_kwargs)',
  }),
  frame({
    ...{ filename: 'shop/checkout/views.py', module: 'shop.checkout.views', function: 'pay', lineno: 84, inApp: true },
    absPath: '/srv/shop/checkout/views.py',
    preContext: [
      '    basket = Basket.for_user(request.user)',
      '    if basket.is_empty():',
      "        return redirect('basket')",
      '    try:',
    ],
    contextLine: '        charge = gateway.charge(basket.total, card=form.cleaned_data)',
    postContext: [
      '    except CardDeclined as declined:',
      '        messages.error(request, declined.reason)',
      "        return redirect('checkout')",
      '    basket.close(charge)',
    ],
    vars: {
      basket: '<Basket: 7 items, EUR 129.80>',
      'form.cleaned_data': {
        card_number: '[redacted:card-number:16]',
        holder: 'A. Sommer',
        cvc: '[redacted:named-value:3]',
      },
      request: "<WSGIRequest: POST '/checkout/pay/'>",
    },
  }),
  frame({
    ...{
      filename: 'shop/payments/gateway.py',
      module: 'shop.payments.gateway',
      function: 'charge',
      lineno: 41,
      inApp: true,
    },
    absPath: '/srv/shop/payments/gateway.py',
    preContext: [
      '    def charge(self, amount, card):',
      '        payload = self._payload(amount, card)',
      '        response = self.session.post(self.url, json=payload, timeout=self.timeout)',
      '        body = response.json()',
    ],
    contextLine: "        return Charge(id=body['charge']['id'], amount=amount)",
    postContext: ['', '    def _payload(self, amount, card):', "        return {'amount': str(amount), 'card': card}"],
    vars: {
      amount: "Decimal('129.80')",
      body: { error: { code: 'upstream_unavailable', retry_after: 30 } },
      'self.api_key': '[redacted:stripe-access-token:32]',
      'self.timeout': 5,
    },
  }),
];

export function pythonEvent(eventId: string, timeMs: number): StoredEvent {
  const crumb = (agoMs: number, category: string, message: string, data?: Record<string, unknown>, level = 'info') => ({
    ...{ timeMs: timeMs - agoMs, type: category === 'http' ? 'http' : 'default', category, level, message },
    ...(data === undefined ? {} : { data }),
  });
  return {
    ...EMPTY,
    ...{
      eventId,
      timeMs,
      receivedMs: timeMs + 412,
      transaction: '/checkout/pay/',
      serverName: 'web-2',
      release: 'shop@4.12.0',
    },
    logger: 'django.request',
    exceptions: [
      {
        ...{
          type: 'HTTPError',
          value: '503 Server Error: Service Unavailable for url: https://pay.example.net/v2/charges',
        },
        ...{ module: 'requests.exceptions', mechanism: { ...mechanism('chained', true), exceptionId: 1, parentId: 0 } },
        stacktrace: { frames: PYTHON_FRAMES.slice(2) },
      },
      {
        ...{
          type: 'KeyError',
          value: "'charge'",
          module: '',
          mechanism: { ...mechanism('django', false), exceptionId: 0 },
        },
        stacktrace: { frames: [...PYTHON_FRAMES] },
      },
    ],
    user: {
      id: '8812',
      email: 'ada.sommer@example.org',
      ip: '203.0.113.7',
      geo: { country_code: 'DE', city: 'Bremen' },
    },
    request: {
      url: 'https://shop.example.com/checkout/pay/',
      method: 'POST',
      query: [['step', '3']],
      headers: [
        ['Host', 'shop.example.com'],
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Authorization', '[redacted:bearer-token:148]'],
        [
          'User-Agent',
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
        ],
        ['X-Request-Id', '5d7f6a4e-2c1b-4f1e-9a55-e1f3a8a5a7c1'],
      ],
      cookies: [
        ['sessionid', '[redacted:session-cookie:32]'],
        ['lang', 'de'],
      ],
      body: { holder: 'A. Sommer', card_number: '[redacted:card-number:16]', save: false },
    },
    breadcrumbs: [
      crumb(42_000, 'auth', 'signed in as 8812'),
      crumb(31_000, 'query', 'SELECT id, total FROM basket WHERE user_id = %s', { 'db.rows': 1 }),
      crumb(30_500, 'cache', 'miss: price-list:de'),
      crumb(2_400, 'http', '', {
        method: 'GET',
        url: 'https://pay.example.net/v2/status',
        status_code: 200,
        reason: 'OK',
      }),
      crumb(1_100, 'payments', 'charging EUR 129.80', { basket: 77_120 }),
      crumb(
        700,
        'http',
        '',
        { method: 'POST', url: 'https://pay.example.net/v2/charges', status_code: 503 },
        'warning',
      ),
      crumb(40, 'payments', 'gateway answered without a charge', { retry_after: 30 }, 'error'),
    ],
    tags: {
      ...{
        'browser.name': 'Safari',
        browser: 'Safari 18.1',
        os: 'macOS 14.6',
        'os.name': 'macOS',
        runtime: 'CPython 3.12.4',
      },
      ...{ environment: 'production', level: 'error', release: 'shop@4.12.0', handled: 'no', mechanism: 'django' },
      ...{
        server_name: 'web-2',
        transaction: '/checkout/pay/',
        url: 'https://shop.example.com/checkout/pay/',
        user: 'id:8812',
      },
      tenant: 'nord',
    },
    contexts: {
      runtime: { name: 'CPython', version: '3.12.4', build: '3.12.4 (main, Jun  8 2026)' },
      browser: { name: 'Safari', version: '18.1' },
      client_os: { name: 'macOS', version: '14.6' },
      trace: {
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        span_id: '00f067aa0ba902b7',
        op: 'http.server',
        status: 'internal_error',
      },
    },
    extra: { 'sys.argv': ['gunicorn', 'shop.wsgi'], feature_flags: { new_checkout: true, gateway: 'v2' } },
    modules: {
      Django: '5.1.4',
      requests: '2.32.3',
      'sentry-sdk': '2.68.0',
      gunicorn: '23.0.0',
      psycopg: '3.2.3',
      urllib3: '2.2.3',
    },
    sdk: { name: 'sentry.python.django', version: '2.68.0' },
    ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
    remarks: [{ field: 'request.headers', reason: 'a list of pairs was read as headers' }],
  };
}

export function browserEvent(eventId: string, timeMs: number): StoredEvent {
  const at = (name: string, colno: number, inApp = true): Frame =>
    frame({
      ...{ filename: 'assets/index-8f21bc07.js', absPath: 'https://shop.example.com/assets/index-8f21bc07.js' },
      ...{ function: name, lineno: 1, colno, inApp, platform: 'javascript' },
      contextLine: '…t=n.current;if(t)return t.items.map(e=>e.price*e.count).reduce((e,t)=>e+t,0)}function Mt(e){…',
    });
  return {
    ...EMPTY,
    ...{
      eventId,
      timeMs,
      receivedMs: timeMs + 230,
      platform: 'javascript',
      transaction: '/basket',
      release: 'web@2026.11.3',
    },
    exceptions: [
      {
        ...{ type: 'TypeError', value: "Cannot read properties of undefined (reading 'items')", module: '' },
        mechanism: mechanism('onerror', false),
        stacktrace: { frames: [at('HTMLDocument.<anonymous>', 8123, false), at('Mt', 48_211), at('kn', 48_102)] },
      },
    ],
    tags: {
      'browser.name': 'Chrome',
      environment: 'production',
      release: 'web@2026.11.3',
      url: 'https://shop.example.com/basket',
    },
    request: {
      url: 'https://shop.example.com/basket',
      method: '',
      query: [],
      headers: [['User-Agent', 'Chrome/131']],
      cookies: [],
    },
    contexts: { browser: { name: 'Chrome', version: '131' }, os: { name: 'Windows', version: '11' } },
    sdk: { name: 'sentry.javascript.browser', version: '11.12.0' },
    remarks: [{ field: 'exception', reason: 'no source map was uploaded for assets/index-8f21bc07.js' }],
  };
}

const leaf = (id: string, value: string, contributes = true, hint?: string) => ({
  ...{ id, contributes, values: [value] },
  ...(hint === undefined ? {} : { hint }),
});

/** Everything about one event, with the neighbours that the list gives it. */
export function viewOf(
  event: StoredEvent,
  around: Pick<EventView, 'previous' | 'next' | 'oldest' | 'latest'>,
): EventView {
  const isPython = event.platform === 'python';
  const component = (contributes: boolean) => ({
    id: isPython ? 'chained-exception' : 'exception',
    contributes,
    values: [
      {
        ...{ id: 'stacktrace', contributes },
        values: [
          {
            id: 'frame',
            contributes: false,
            hint: 'ignored because it is not in app',
            values: [leaf('module', 'django.core.handlers.exception', false)],
          },
          {
            id: 'frame',
            contributes,
            values: [
              leaf('module', 'shop.checkout.views'),
              leaf('function', 'pay'),
              leaf('context-line', 'charge = gateway.charge(basket.total, card=form.cleaned_data)'),
            ],
          },
          { id: 'frame', contributes, values: [leaf('module', 'shop.payments.gateway'), leaf('function', 'charge')] },
        ],
      },
      leaf('type', event.exceptions.at(-1)?.type ?? ''),
      leaf('value', event.exceptions.at(-1)?.value ?? '', false, 'ignored because the stack trace contributes'),
    ],
  });
  const hash = '7f3c9a1e5b2d48c6a90e1f7d3b5c8a24';
  return {
    event,
    title: 'KeyError: charge',
    culprit: 'shop.payments.gateway in charge',
    grouping: {
      ...{ version: 'hf-2026-11', hashes: [hash], title: 'KeyError', titleType: 'KeyError', titleValue: "'charge'" },
      culprit: 'shop.payments.gateway in charge',
      inApp: event.exceptions.map(({ stacktrace }) => stacktrace?.frames.map(({ inApp }) => inApp ?? false) ?? []),
      variants: [
        { id: 'app', contributes: true, hash, component: component(true) },
        {
          id: 'system',
          contributes: false,
          hint: 'ignored because the app variant contributes',
          component: component(false),
        },
      ],
    },
    attachments: isPython
      ? [
          {
            id: 'att_1',
            filename: 'basket.json',
            contentType: 'application/json',
            attachmentType: 'event.attachment',
            bytes: 2411,
            receivedMs: event.receivedMs,
            isRedacted: true,
          },
          {
            id: 'att_2',
            filename: 'screen.png',
            contentType: 'image/png',
            attachmentType: 'event.attachment',
            bytes: 184_221,
            receivedMs: event.receivedMs,
            isRedacted: false,
          },
        ]
      : [],
    feedback: isPython
      ? [
          {
            ...{
              feedbackId: 'fb_1',
              projectId: '1',
              issueId: '101',
              eventId: event.eventId,
              timeMs: event.timeMs + 60_000,
            },
            ...{
              name: 'Ada Sommer',
              email: 'ada.sommer@example.org',
              message: 'I pressed pay and the page broke. Was I charged?',
            },
            ...{
              url: 'https://shop.example.com/checkout/',
              source: 'widget',
              environment: 'production',
              release: 'shop@4.12.0',
            },
          },
        ]
      : [],
    ...around,
  };
}
