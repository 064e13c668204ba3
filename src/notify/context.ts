import type { Authorize, Secrets } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { ResolveHost } from './outgoing/resolve-host.ts';
import type { CompiledRouting } from './routing/choose-targets.ts';
import type { AlertTest } from './routing/match.ts';
import type { Sender } from './senders/sender.ts';
import type { Alerting, ChannelType } from './types.ts';
import type { Wake } from './wake.ts';

export interface NotifyDeps {
  readonly catalog: Catalog;
  readonly redactor: Redactor;
  readonly authorize: Authorize;
  readonly audit: Audit;
  /** Seals addresses with tokens, passwords and keys. */
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  /** Where people reach the console; links in messages begin with it. */
  readonly publicUrl: string;
  /** Whether the stores work; the heartbeat goes out only while they do. Default: always. */
  readonly isHealthy?: () => Promise<boolean>;
  /** Lets requests go to this very machine. For tests and probes with a receiver of their own; default false. */
  readonly allowLoopback?: boolean;
  /** How names become addresses; default is the system's resolver. */
  readonly resolveHost?: ResolveHost;
  /** Certificate authorities that mail servers may be signed by, in PEM, besides those that Node knows. */
  readonly extraCa?: string;
}

/** What every verb of this area works with. */
export interface NotifyContext extends NotifyDeps {
  readonly allowLoopback: boolean;
  readonly resolveHost: ResolveHost;
  /** Work on alerts and groups runs one after the other in this process, so that transactions do not collide. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Wakes the loop when something is due earlier than it thinks. */
  readonly wake: Wake;
  readonly senders: Readonly<Record<ChannelType, Sender>>;
  readonly alerting: Alerting;
  readonly memory: Memory;
}

/** What was compiled from the store; everything here can be made again. */
export interface Memory {
  routing: CompiledRouting | undefined;
  readonly silenceTests: Map<string, AlertTest>;
  /** When the loop last went round without an error. */
  loopMs: number | undefined;
}
