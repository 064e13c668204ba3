import { expect, test } from 'vitest';
import { checkExpressions, parseStatistic } from '../../index.ts';
import { READY_DASHBOARDS } from './index.ts';

test('every chart asks what can be answered, once somebody has chosen', () => {
  for (const { name, charts } of READY_DASHBOARDS) {
    expect(new Set(charts.map(({ id }) => id)).size, name).toBe(charts.length);
    for (const { id, queries } of charts) {
      const text = JSON.stringify(queries).replaceAll('$of', 'one').replaceAll('$period', '60');
      const asked = JSON.parse(text) as typeof queries;
      expect(() => checkExpressions(asked), `${name}/${id}`).not.toThrow();
      expect(asked.some(({ returnData }) => returnData)).toBe(true);
      for (const query of asked)
        if (query.type === 'metric') expect(() => parseStatistic(query.statistic)).not.toThrow();
      expect(text).not.toContain('$');
    }
  }
});
