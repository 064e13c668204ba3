/**
 * outbox: alerts of error tracking on their way to notify.
 *
 * Purpose: what monitors and issue alerts decide to tell is written in the transaction of the decision, and handed to
 * notify afterwards. Invariants: what was decided is told, also after `kill -9`; nobody is told twice of one decision;
 * alerts of one key go out in their order. Limits: limits.ts. It does not decide what is worth telling.
 */
export { type AlertOutbox, createAlertOutbox, type OutboxDeps } from './deliver-alerts.ts';
export { enqueueAlerts } from './enqueue-alerts.ts';
export { ISSUES_OUTBOX_LIMITS } from './limits.ts';
export { ISSUES_OUTBOX_MIGRATIONS, type IssuesOutboxTables } from './migrations.ts';
