import type { AddressPolicy } from '../outgoing/judge-address.ts';
import type { ResolveHost } from '../outgoing/resolve-host.ts';
import type { ChannelSecrets, ChannelSettings, Notification } from '../types.ts';

/** One attempt to hand a notification over. */
export interface Sending {
  readonly deliveryId: string;
  /** Delivery that opened the conversation; the same as `deliveryId` for the first message. */
  readonly thread: string;
  readonly notification: Notification;
  readonly settings: ChannelSettings;
  readonly secrets: ChannelSecrets;
  readonly policy: AddressPolicy;
  readonly publicUrl: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export type SendResult =
  | { readonly type: 'delivered'; readonly detail: string }
  /** Trying again may help, after `retryAfterMs` when the receiver said so. */
  | { readonly type: 'busy'; readonly detail: string; readonly retryAfterMs?: number }
  /** Trying again without a change cannot help. */
  | { readonly type: 'refused'; readonly detail: string };

/** Never throws for what the other side does; what it throws counts as `busy`. */
export type Sender = (sending: Sending) => Promise<SendResult>;

export interface SenderDeps {
  readonly resolveHost: ResolveHost;
  readonly extraCa?: string;
}
