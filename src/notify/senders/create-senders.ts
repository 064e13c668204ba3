import type { ChannelType } from '../types.ts';
import { createEmailSender } from './email.ts';
import { createPagerdutySender } from './pagerduty.ts';
import type { Sender, SenderDeps } from './sender.ts';
import { createSlackSender } from './slack.ts';
import { createWebhookSender } from './webhook.ts';

export const createSenders = (deps: SenderDeps): Readonly<Record<ChannelType, Sender>> => ({
  email: createEmailSender(deps),
  webhook: createWebhookSender(deps),
  slack: createSlackSender(deps),
  pagerduty: createPagerdutySender(deps),
});
