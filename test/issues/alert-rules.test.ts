import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/index.ts';
import { DEFAULT_RULE, type RuleInput } from '../../src/issues/index.ts';
import { ADMIN, RESPONDER, VIEWER } from './open-catalog-parts.ts';
import {
  heard,
  heardWords,
  issueOf,
  now,
  settled,
  signal,
  store,
  useIssueAlerts,
  waitFor,
} from './open-issue-alerts.ts';

useIssueAlerts();

describe('rules', () => {
  const rule = (change: Partial<RuleInput> = {}): RuleInput => ({ ...DEFAULT_RULE, name: 'mine', ...change });
  const only = async (change: Partial<RuleInput>): Promise<void> => {
    await now.alerts.verbs.update(ADMIN, '1', 'default', rule(change));
  };

  test('can be made, changed and removed by administrators, and the default among them', async () => {
    expect(await now.alerts.verbs.list(VIEWER, '1')).toEqual([{ ...DEFAULT_RULE, id: 'default', projectId: '1' }]);
    await expect(now.alerts.verbs.create(RESPONDER, '1', rule())).rejects.toMatchObject({ code: 'access.forbidden' });
    const made = await now.alerts.verbs.create(ADMIN, '1', rule());
    await now.alerts.verbs.update(ADMIN, '1', made.id, rule({ name: 'other' }));
    await now.alerts.verbs.update(ADMIN, '1', 'default', { ...DEFAULT_RULE, isEnabled: false });
    expect((await now.alerts.verbs.list(VIEWER, '1')).map(({ name, isEnabled }) => [name, isEnabled])).toEqual([
      ['other', true],
      [DEFAULT_RULE.name, false],
    ]);
    await now.alerts.verbs.remove(ADMIN, '1', 'default');
    await now.alerts.verbs.remove(ADMIN, '1', made.id);
    expect(await now.alerts.verbs.list(VIEWER, '1')).toEqual([]);
    const refused = now.alerts.verbs.remove(ADMIN, '1', made.id);
    await expect(refused).rejects.toMatchObject({ code: 'issue-alerts.rule-unknown' });
    for (const wrong of [
      { triggers: [] },
      { triggers: [{ type: 'frequency', events: 0, windowMs: MINUTE_MS }] },
      { triggers: [{ type: 'users', users: 5, windowMs: 1 }] },
      { filters: { levels: [] } },
      { filters: { tags: [{ key: '', operator: 'exists' }] } },
      { name: ' ' },
    ] as const) {
      await expect(now.alerts.verbs.create(ADMIN, '1', rule(wrong))).rejects.toMatchObject({
        code: 'issue-alerts.rule-invalid',
      });
    }
    signal('new', issueOf());
    await settled();
    expect((await now.alerts.status()).openAlerts).toBe(0);
  });

  test('look at the environment and tags of the event', async () => {
    await only({
      filters: { environments: ['production'], tags: [{ key: 'tenant', operator: '=', value: 'big-*' }] },
      severity: 'low',
    });
    const told = issueOf();
    const others = [issueOf(), issueOf(), issueOf()];
    const [a = ''] = await store(told, [{ tags: { tenant: 'big-one' } }]);
    const [b = ''] = await store(told, [{ tags: { tenant: 'small' } }]);
    const [c = ''] = await store(told, [{ environment: 'dev', tags: { tenant: 'big-one' } }]);
    for (const [index, eventId] of [b, c].entries()) signal('new', others[index] ?? told, eventId);
    signal('new', others[2] ?? told);
    signal('new', told, a);
    await settled();
    await waitFor([`firing New in shop: ${told.title}`]);
    expect(heard()[0]?.severity).toBe('low');
  });

  test('of frequency and users count the events of the window, once', async () => {
    await only({
      triggers: [
        { type: 'frequency', events: 10, windowMs: 5 * MINUTE_MS },
        { type: 'users', users: 4, windowMs: 5 * MINUTE_MS },
      ],
      filters: { environments: ['production'] },
    });
    const [often, many, rare] = [issueOf({ timesSeen: 50 }), issueOf({ timesSeen: 50 }), issueOf({ timesSeen: 50 })];
    await store(
      often,
      Array.from({ length: 10 }, () => ({})),
    );
    await store(
      many,
      Array.from({ length: 4 }, (_, user) => ({ userKey: `id:${user}` })),
    );
    const old = now.clock.nowMs() - 6 * MINUTE_MS;
    await store(rare, [...Array.from({ length: 9 }, () => ({})), ...[{ timeMs: old }, { environment: 'dev' }]]);
    await now.alerts.turn();
    await now.alerts.turn();
    await settled();
    await expect
      .poll(() => heardWords().sort(), { timeout: 10_000 })
      .toEqual([`firing Frequent in shop: ${often.title}`, `firing Many users in shop: ${many.title}`]);
    expect(heard().find(({ key }) => key === `issue:${often.id}`)?.body).toContain('10 events of 1 users in 5 min.');
  });

  test('can be tried on the past without telling anybody', async () => {
    const [a, b] = [issueOf(), issueOf({ level: 'info' })];
    const nowMs = now.clock.nowMs();
    now.clock.setNowMs(nowMs - 2 * 24 * HOUR_MS);
    signal('new', a);
    signal('new', b);
    await store(
      b,
      Array.from({ length: 12 }, () => ({})),
    );
    now.clock.setNowMs(nowMs - 9 * 24 * HOUR_MS);
    signal('new', issueOf());
    now.clock.setNowMs(nowMs);
    const triggers = [{ type: 'new' }, { type: 'frequency', events: 12, windowMs: HOUR_MS }] as const;
    const run = await now.alerts.verbs.dryRun(VIEWER, '1', rule({ triggers, filters: {} }));
    expect(run.firings.map(({ issueId, trigger, severity }) => [issueId, trigger, severity])).toEqual(
      expect.arrayContaining([
        [a.id, 'new', 'high'],
        [b.id, 'new', 'low'],
        [b.id, 'frequency', 'low'],
      ]),
    );
    expect(run).toMatchObject({ total: 3, issues: 2, isPartial: false });
    expect((await now.alerts.verbs.dryRun(VIEWER, '1', rule())).total).toBe(1);
    const wrong = now.alerts.verbs.dryRun(VIEWER, '1', rule(), { fromMs: 5, toMs: 4 });
    await expect(wrong).rejects.toMatchObject({ code: 'issue-alerts.range-invalid' });
    expect((await now.notify.alerts.list(ADMIN, { limit: 10 })).alerts.map(({ title }) => title)).not.toContain(
      b.title,
    );
  });
});
