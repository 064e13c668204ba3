import { describe, expect, it } from 'vitest';
import type { TelemetryStore } from '../../src/telemetry/index.ts';
import { DAY_NS, NOON_NS, rows } from './rows.ts';

/** The part of the contract that drops, deletes and moves rows. */
export function movingContract(store: () => TelemetryStore): void {
  const count = async (condition: string, params: Readonly<Record<string, unknown>> = {}): Promise<number> => {
    const result = await store().query<{ n: string }>({
      sql: `SELECT count() AS n FROM logs WHERE ${condition}`,
      params,
    });
    return Number(result.rows[0]?.n);
  };

  describe('moving and removing', () => {
    it('lists partitions by table, day and retention, and drops one whole', async () => {
      const timeNs = NOON_NS + 40n * DAY_NS;
      await store().appendLogs([
        ...rows(4, { logGroup: '/parts', timeNs, retentionDays: 3 }),
        ...rows(5, { logGroup: '/parts', timeNs, retentionDays: 0 }),
        ...rows(6, { logGroup: '/parts', timeNs: timeNs + DAY_NS, retentionDays: 3, storageClass: 'infrequent' }),
      ]);
      const mine = async () =>
        (await store().partitions())
          .filter((one) => one.day >= '2026-04-10' && one.day <= '2026-04-11')
          .map((one) => [one.table, one.day, one.retentionDays, one.rows, one.bytesOnDisk > 0]);
      expect(await mine()).toEqual([
        ['logs_infrequent', '2026-04-11', 3, 6, true],
        ['logs_standard', '2026-04-10', 0, 5, true],
        ['logs_standard', '2026-04-10', 3, 4, true],
      ]);
      await store().dropPartition({ table: 'logs_standard', day: '2026-04-10', retentionDays: 3 });
      expect(await mine()).toEqual([
        ['logs_infrequent', '2026-04-11', 3, 6, true],
        ['logs_standard', '2026-04-10', 0, 5, true],
      ]);
      expect(await count("log_group = '/parts'")).toBe(11);
    });

    it('refuses to drop what is not one of its partitions', async () => {
      await expect(
        store().dropPartition({ table: "logs_standard' --", day: '2026-04-10', retentionDays: 3 }),
      ).rejects.toThrow();
      await expect(
        store().dropPartition({ table: 'logs_standard', day: "2026-04-10'", retentionDays: 3 }),
      ).rejects.toThrow();
    });

    it('deletes one stream, then the whole group, and nothing of others', async () => {
      await store().appendLogs([
        ...rows(10, { logGroup: "/del'ete", logStream: 'a' }),
        ...rows(20, { logGroup: "/del'ete", logStream: 'b', storageClass: 'infrequent' }),
        ...rows(30, { logGroup: '/delete/not' }),
      ]);
      await store().deleteLogs({ logGroup: "/del'ete", logStream: 'a' });
      expect(await count('log_group = {g:String}', { g: "/del'ete" })).toBe(20);
      await store().deleteLogs({ logGroup: "/del'ete" });
      expect(await count('log_group = {g:String}', { g: "/del'ete" })).toBe(0);
      expect(await count("log_group = '/delete/not'")).toBe(30);
    });

    it('gives a group another retention and class, once', async () => {
      const logGroup = "/re'home";
      await store().appendLogs([
        ...rows(100, { logGroup, retentionDays: 30 }),
        ...rows(50, { logGroup, retentionDays: 90, timeNs: NOON_NS + DAY_NS, storageClass: 'infrequent' }),
        ...rows(25, { logGroup, retentionDays: 7, storageClass: 'infrequent' }),
        ...rows(40, { logGroup: '/rehome/not', retentionDays: 30 }),
      ]);
      const target = { logGroup, retentionDays: 7, storageClass: 'infrequent' } as const;
      expect(await store().rehomeLogGroup(target)).toEqual({ rowsMoved: 150 });
      const found = await store().query<{ r: number; n: string; u: string }>({
        sql:
          'SELECT retention_days AS r, count() AS n, uniqExact(event_id) AS u FROM logs_infrequent ' +
          'WHERE log_group = {g:String} GROUP BY r',
        params: { g: logGroup },
      });
      expect(found.rows).toEqual([{ r: 7, n: '175', u: '175' }]);
      expect(await count('log_group = {g:String}', { g: logGroup })).toBe(175);
      expect(await count("log_group = '/rehome/not' AND retention_days = 30")).toBe(40);
      expect(await store().rehomeLogGroup(target)).toEqual({ rowsMoved: 0 });
    });

    it('loses no row that arrives while its group moves', async () => {
      const logGroup = '/rehome/busy';
      await store().appendLogs(rows(2000, { logGroup }));
      const moving = store().rehomeLogGroup({ logGroup, retentionDays: 1, storageClass: 'standard' });
      for (let call = 0; call < 10; call += 1) await store().appendLogs(rows(20, { logGroup }));
      const { rowsMoved } = await moving;
      expect(rowsMoved).toBeGreaterThanOrEqual(2000);
      const again = await store().rehomeLogGroup({ logGroup, retentionDays: 1, storageClass: 'standard' });
      expect(rowsMoved + again.rowsMoved).toBe(2200);
      expect(await count('log_group = {g:String} AND retention_days = 1', { g: logGroup })).toBe(2200);
      expect(await count('log_group = {g:String}', { g: logGroup })).toBe(2200);
    });
  });
}
