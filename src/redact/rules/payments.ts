import type { RedactionRule } from '../types.ts';
import { ALNUM, LOWER_ALNUM, LOWER_HEX, namedRule, sample, sampleUuid, tokenRule } from './rule-shapes.ts';

const RANDOM = [{ type: 'entropy', bitsMin: 3 }] as const;

const FOUR_GROUPS = String.raw`(?:4[0-9]{3}|5[1-5][0-9]{2}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)|6(?:011|4[4-9][0-9]|5[0-9]{2})|35(?:2[89]|[3-8][0-9])|62[0-9]{2})`;
const AMEX_START = '3[47][0-9]{2}';
const DINERS_START = '3(?:0[0-5]|[68][0-9])[0-9]';

/** Printed forms: without separators, with spaces, with hyphens; the lengths are those that issuers use today. */
const CARD_FORMS = ['', ' ', '-'].flatMap((separator) => [
  `${FOUR_GROUPS}(?:${separator}[0-9]{4}){3}`,
  `${AMEX_START}${separator}[0-9]{6}${separator}[0-9]{5}`,
  `${DINERS_START}${separator}[0-9]{6}${separator}[0-9]{4}`,
]);

/** Keys of payment and commerce services, and card numbers. */
export const PAYMENT_RULES: readonly RedactionRule[] = [
  tokenRule({
    id: 'stripe-key',
    description: 'secret or restricted key, or webhook secret, of Stripe',
    keywords: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'sk_prod_', 'rk_prod_', 'whsec_'],
    pattern: String.raw`(?:[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,250}|whsec_[A-Za-z0-9+/=]{24,64})`,
    validators: RANDOM,
    examples: [
      `sk_live_${sample(ALNUM, 24, 300)}`,
      `rk_test_${sample(ALNUM, 99, 301)}`,
      `whsec_${sample(ALNUM, 32, 302)}`,
    ],
    mustNotMatch: ['sk_live_', 'task_test_xxxxxxxxxxxxxxxx', `sk_test_${'x'.repeat(24)}`],
  }),
  tokenRule({
    id: 'square-token',
    description: 'access token or application secret of Square',
    keywords: ['sq0atp-', 'sq0csp-', 'sq0idp-', 'eaaa'],
    pattern: String.raw`(sq0(?:atp|csp|idp)-[\w\[\]^-]{20,64}|EAAA[\w-]{56,64})(?:[^\w-]|$)`,
    secretGroup: 1,
    validators: RANDOM,
    examples: [`sq0atp-${sample(ALNUM, 22, 303)}`, `sq0csp-${sample(ALNUM, 43, 304)}`],
    mustNotMatch: ['sq0atp-', 'eaaa'],
  }),
  tokenRule({
    id: 'shopify-token',
    description: 'access token or shared secret of Shopify',
    keywords: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shpua_'],
    pattern: String.raw`shp(?:at|ca|pa|ss|ua)_[a-fA-F0-9]{32}`,
    examples: ['shpat', 'shpca', 'shppa', 'shpss'].map((kind, at) => `${kind}_${sample(LOWER_HEX, 32, 305 + at)}`),
    mustNotMatch: ['shpat_name', 'shpss_'],
  }),
  tokenRule({
    id: 'paypal-braintree-token',
    description: 'access token of PayPal or Braintree',
    keywords: ['access_token$'],
    pattern: String.raw`access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}`,
    examples: [`access_token$production$${sample(LOWER_ALNUM, 16, 310)}$${sample(LOWER_HEX, 32, 311)}`],
    mustNotMatch: ['access_token$', 'access_token$production$'],
  }),
  tokenRule({
    id: 'payment-service-token',
    description:
      'key of a payment service with its own prefix (Adyen, Flutterwave, Razorpay, Duffel, GoCardless, EasyPost, Shippo, Lob, Plaid, Wise …)',
    keywords: [
      'flwseck',
      'flwpubk',
      'rzp_live_',
      'rzp_test_',
      'duffel_',
      'live_',
      'test_',
      'ezak',
      'eztk',
      'shippo_',
      'access-production-',
      'access-sandbox-',
      'access-development-',
      'xnd_',
    ],
    pattern: String.raw`(?:FLW(?:SEC|PUB)K(?:_TEST)?-[a-h0-9]{12,64}(?:-X)?|rzp_(?:live|test)_[A-Za-z0-9]{14,24}\b|duffel_(?:test|live)_[\w=-]{43}|(?:live|test)_(?:pub_)?[a-f0-9]{31,35}\b|live_[\w=-]{40}|EZ[AT]K[A-Za-z0-9]{54}|shippo_(?:live|test)_[a-f0-9]{40}|access-(?:production|sandbox|development)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|xnd_(?:production|development)_[A-Za-z0-9]{40,80})`,
    flags: 'i',
    validators: [...RANDOM, { type: 'opaque', lengthMin: 16 }],
    examples: [
      `FLWSECK_TEST-${sample(LOWER_HEX, 32, 312)}-X`,
      `rzp_live_${sample(ALNUM, 16, 313)}`,
      `duffel_live_${sample(ALNUM, 43, 314)}`,
      `shippo_live_${sample(LOWER_HEX, 40, 315)}`,
      `EZAK${sample(ALNUM, 54, 316)}`,
      `access-sandbox-${sampleUuid(317)}`,
    ],
    mustNotMatch: [
      'live_reload_enabled_for_the_development_servers',
      'test_that_the_user_can_log_in_with_a_password',
      'duffel_bag',
    ],
  }),
  namedRule({
    id: 'payment-service-named-token',
    description:
      'key of a payment or commerce service that names itself before it (Plaid, Finicity, Etsy, Coinbase, Kraken …)',
    names: [
      'plaid',
      'finicity',
      'etsy',
      'coinbase',
      'kraken',
      'kucoin',
      'bittrex',
      'finnhub',
      'gocardless',
      'lob',
      'squarespace',
      'adyen',
      'paypal',
      'braintree',
      'freshbooks',
      'binance',
    ],
    value: String.raw`[\w+/=-]{20,128}`,
    validators: [{ type: 'opaque', lengthMin: 20 }],
    examples: [sample(LOWER_HEX, 32, 318), sample(LOWER_ALNUM, 24, 319)],
    mustNotMatch: ['plaid: transaction posted', 'kraken_order=buy', 'lobby = "third-floor-meeting-room"'],
  }),
  {
    id: 'card-number',
    description: 'payment card number: issuer ranges of the large networks, with a valid check digit',
    keywords: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    anchor: 'digits',
    reach: 32,
    pattern: String.raw`(${CARD_FORMS.join('|')})(?:[^\w.:/-]|[.:-](?:[^\w]|$)|$)`,
    secretGroup: 1,
    validators: [{ type: 'luhn' }, { type: 'not-an-id' }, { type: 'entropy', bitsMin: 0.3 }],
    mustMatch: [
      { text: 'charged card 4111 1111 1111 1111 today', secret: '4111 1111 1111 1111' },
      { text: '{"pan":"5555555555554444"}', secret: '5555555555554444' },
      { text: 'amex 3782-822463-10005.', secret: '3782-822463-10005' },
      { text: 'step 12 4012888888881881 ok', secret: '4012888888881881' },
      { text: 'card=6011111111111117', secret: '6011111111111117' },
      { text: '{"pan":4111111111111111}', secret: '4111111111111111' },
    ],
    mustNotMatch: [
      'charged card 4111 1111 1111 1112',
      'order_id=4111111111111111',
      'at 1700000000000 and 1700000000000000000',
      '4111111111111111222',
      'trace 84111111111111111',
      'span_id: 4111111111111111',
      'x4111111111111111 and 4111111111111111x',
      'uuid 41111111-1111-1111-1111-411111111111',
    ],
  },
];
