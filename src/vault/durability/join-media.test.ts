import { expect, test } from 'vitest';
import { type DurabilityZone, durabilityReport } from './index.ts';
import { joinMedia } from './join-media.ts';

const zone = (name: string, change: Partial<DurabilityZone> = {}): DurabilityZone => ({
  name,
  failureDomain: name,
  ...change,
});
const domainsOf = (zones: readonly DurabilityZone[]): readonly string[] =>
  joinMedia(zones).zones.map((one) => one.failureDomain);

test('domains on one medium are one domain, and it is said', () => {
  const zones = [zone('a', { medium: '1' }), zone('b', { medium: '1' }), zone('c', { medium: '2' })];
  expect(domainsOf(zones)).toEqual(['a + b', 'a + b', 'c']);
  expect(joinMedia(zones).remarks).toEqual([
    'the zones a, b lie on one file system, so their failure domains count as one',
  ]);
});

test('media that overlap join all domains between them', () => {
  const first = { failureDomain: 'x' };
  const zones = [
    zone('a', { ...first, medium: '1' }),
    zone('b', { ...first, medium: '2' }),
    zone('c', { medium: '1' }),
    zone('d', { medium: '2' }),
  ];
  expect(new Set(domainsOf(zones)).size).toBe(1);
});

test('a device that the operator named is believed, and zones of which nothing is seen stay apart', () => {
  const named = { medium: '1', device: 'disk-1' };
  expect(domainsOf([zone('a', named), zone('b', { ...named, device: 'disk-2' }), zone('c')])).toEqual(['a', 'b', 'c']);
});

test('three domains on one medium compute to the figure of one domain', () => {
  const configuration = (zones: readonly DurabilityZone[]) => ({ zones, writeQuorum: 2, scrubIntervalMs: 1e9 });
  const observed = { objectYears: 0, objectsLost: 0 };
  const claimed = ['a', 'b', 'c'].map((name) => zone(name, { medium: '1' }));
  const honest = ['a', 'b', 'c'].map((name) => zone(name, { failureDomain: 'here' }));
  const report = durabilityReport(configuration(claimed), observed);
  expect(report.model.nines).toBe(durabilityReport(configuration(honest), observed).model.nines);
  const domains = report.reported.find((input) => input.name === 'failureDomains');
  expect(domains).toMatchObject({ value: 1, source: 'measured' });
  expect(domains?.because).toContain('the zones a, b, c lie on one file system');
});
