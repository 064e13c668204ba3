import { isIP } from 'node:net';
import type { Actor } from '../../access/index.ts';
import { newSecret, unreachable } from '../../base/index.ts';
import { acceptedName, acceptedText, acceptedWhole, refuseInput } from '../accepted-input.ts';
import type { NotifyContext } from '../context.ts';
import { NOTIFY_LIMITS } from '../limits.ts';
import type { AddressPolicy } from '../outgoing/judge-address.ts';
import { pinHost } from '../outgoing/pin-host.ts';
import { PROBE_CHANNEL } from '../routing/probe-route.ts';
import type { ChannelRequest, ChannelSecrets, ChannelSettings } from '../types.ts';

export interface AcceptedChannel {
  readonly name: string;
  readonly settings: ChannelSettings;
  readonly secrets: ChannelSecrets;
  readonly allowPrivate: boolean;
  readonly allowLoopback: boolean;
  /** Answered once, when nobody gave one. */
  readonly madeSecret?: string;
}

const PAGERDUTY_URL = 'https://events.pagerduty.com';

/** Throws `notify.input-invalid` and, for addresses that must not be reached, `notify.address-refused`. */
export async function acceptedChannel(
  context: NotifyContext,
  actor: Pick<Actor, 'type'>,
  request: ChannelRequest,
): Promise<AcceptedChannel> {
  const name = acceptedName('the name', request.name);
  const allowPrivate = request.allowPrivate === true;
  const allowLoopback = request.allowLoopback === true;
  if (allowLoopback && actor.type !== 'system')
    throw refuseInput('allowLoopback', 'only Holdfast itself may ask for it');
  if (allowLoopback !== (name === PROBE_CHANNEL)) throw refuseInput('the name', `${PROBE_CHANNEL} is Holdfast's own`);
  const policy = { allowPrivate, allowLoopback: allowLoopback || context.allowLoopback };
  const allows = { allowPrivate, allowLoopback };
  switch (request.type) {
    case 'email':
      return { name, ...allows, ...acceptedEmail(request) };
    case 'webhook': {
      const origin = await acceptedUrl(context, 'the address', request.url, policy);
      const made = request.signingSecret === undefined ? newSecret(NOTIFY_LIMITS.signingSecretChars) : undefined;
      const signingSecret = acceptedSecret('the signing secret', request.signingSecret ?? made, 16);
      const secrets = { url: request.url, signingSecret };
      const settings = { type: 'webhook' as const, origin };
      return { name, ...allows, settings, secrets, ...(made === undefined ? {} : { madeSecret: made }) };
    }
    case 'slack': {
      const origin = await acceptedUrl(context, 'the address', request.url, policy);
      return { name, ...allows, settings: { type: 'slack', origin }, secrets: { url: request.url } };
    }
    case 'pagerduty': {
      const baseUrl = request.baseUrl ?? PAGERDUTY_URL;
      await acceptedUrl(context, 'the base address', baseUrl, policy);
      const routingKey = acceptedSecret('the routing key', request.routingKey, 1);
      return { name, ...allows, settings: { type: 'pagerduty', baseUrl }, secrets: { routingKey } };
    }
    default:
      return unreachable(request);
  }
}

/** Answers the origin, which may be shown. The address is looked at again at every attempt. */
export async function acceptedUrl(
  context: NotifyContext,
  field: string,
  text: string,
  policy: AddressPolicy,
): Promise<string> {
  acceptedText(field, text, { min: 1, max: NOTIFY_LIMITS.urlCharsMax });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    throw refuseInput(field, 'it is no address that begins with https:// or http://');
  }
  if (url.username !== '' || url.password !== '') throw refuseInput(field, 'it holds a user or a password');
  // A name that cannot be resolved now may be tomorrow; an address that is refused now is refused for good.
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) await pinHost(url.hostname, policy, context.resolveHost);
  return url.origin;
}

function acceptedSecret(field: string, text: string | undefined, min: number): string {
  const secret = acceptedText(field, text ?? '', { min: 1, max: NOTIFY_LIMITS.secretCharsMax });
  if (secret.length < min) throw refuseInput(field, `it has fewer than ${min} characters`);
  if (/\s/.test(secret)) throw refuseInput(field, 'it holds spaces');
  return secret;
}

const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

function acceptedEmail(
  request: Extract<ChannelRequest, { type: 'email' }>,
): Pick<AcceptedChannel, 'settings' | 'secrets'> {
  const host = acceptedText('the mail server', request.host, { min: 1, max: 253 });
  if (isIP(host) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host)) {
    throw refuseInput('the mail server', 'it is no name of a host');
  }
  const port = acceptedWhole('the port', request.port, { min: 1, max: 65_535 });
  const { security, username, password, from } = request;
  if (!['starttls', 'tls', 'none'].includes(security)) throw refuseInput('the security', 'use starttls, tls or none');
  const isLoopback = host === 'localhost' || host === '::1' || /^127\./.test(host);
  if (security === 'none' && username !== undefined && !isLoopback) {
    throw refuseInput('the security', 'a password never goes over the network in the clear');
  }
  if ((username === undefined) !== (password === undefined))
    throw refuseInput('the user', 'it needs a password, and a password a user');
  const sender = /<([^<>]+)>$/.exec(from)?.[1] ?? from;
  if (!ADDRESS.test(sender) || /[\r\n]/.test(from) || from.length > 300)
    throw refuseInput('the sender', 'it is no mail address');
  const max = NOTIFY_LIMITS.recipientsMax;
  if (request.to.length < 1 || request.to.length > max)
    throw refuseInput('the recipients', `there must be 1 to ${max}`);
  for (const address of request.to) {
    if (!ADDRESS.test(address) || address.length > 300)
      throw refuseInput('the recipients', 'one of them is no mail address');
  }
  return {
    settings: {
      type: 'email',
      host,
      port,
      security,
      ...(username === undefined ? {} : { username: acceptedText('the user', username, { min: 1, max: 300 }) }),
      from,
      to: [...request.to],
    },
    secrets:
      password === undefined
        ? {}
        : { password: acceptedText('the password', password, { min: 1, max: NOTIFY_LIMITS.secretCharsMax }) },
  };
}
