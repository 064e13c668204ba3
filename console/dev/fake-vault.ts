import type { Durability, ScrubReport, Vault, VaultZone } from '../src/api/types.ts';
import { type FakeAnswer, type FakeCall, ok } from './fake-answer.ts';
import type { FakeState } from './fake-state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GIB = 1024 ** 3;

const zone = (name: string, rest: Partial<VaultZone>): VaultZone => ({
  zone: name,
  location: `/srv/${name}`,
  failureDomain: 'rack-1',
  remote: false,
  state: 'in-step',
  missingItems: 0,
  freeBytes: 812 * GIB,
  caveats: [],
  ...rest,
});

/** Every state of a zone at once, as no vault has them; the page must show each. */
const fullZones = (nowMs: number): VaultZone[] =>
  [
    zone('disk-a', { caveats: ['root on this machine can unmount the disk and write to it directly'] }),
    zone('disk-b', {
      location: '/mnt/second/vault',
      failureDomain: 'rack-2',
      state: 'behind',
      missingItems: 41,
      behindSinceMs: nowMs - 6 * MINUTE,
      freeBytes: 9 * GIB,
    }),
    zone('remote-s3', {
      location: 's3://vault-eu/holdfast at s3.eu-central.example.net',
      failureDomain: 'provider-eu',
      remote: true,
      state: 'comparing',
    }),
    zone('cellar', {
      location: 'https://10.0.8.4:9000/holdfast',
      failureDomain: 'branch-office',
      remote: true,
      state: 'away',
      missingItems: 1204,
      behindSinceMs: nowMs - 26 * HOUR,
      problem: 'the zone cellar does not answer: connect ECONNREFUSED 10.0.8.4:9000',
      caveats: ['its credentials may shorten a lock: they have s3:BypassGovernanceRetention'],
    }),
  ].map(({ freeBytes, ...rest }) => (rest.remote || freeBytes === undefined ? rest : { ...rest, freeBytes }));

export const fakeScrub = (startedMs: number, finishedMs: number | undefined): ScrubReport => ({
  startedMs,
  ...(finishedMs === undefined ? {} : { finishedMs }),
  objects: 41_220,
  copies: 123_660,
  bytes: 61 * GIB,
  found: 3,
  mended: 2,
  unmended: 1,
  repairMsMax: 412,
  problems: [
    {
      zone: 'disk-b',
      name: 'objects/4f/4f91c2a7e0',
      type: 'damaged',
      detail: 'SHA-256 of the stored bytes is not that of the name',
      mended: true,
    },
    { zone: 'disk-b', name: 'objects/8a/8ac0031b77', type: 'missing', detail: 'not in the zone', mended: true },
    {
      zone: 'cellar',
      name: 'objects/c2/c2d771f4a9',
      type: 'lock-short',
      detail: 'locked until 2031-02-01, and 2036-11-22 was asked for',
      mended: false,
    },
  ],
  away: ['cellar'],
});

const INPUTS: Durability['inputs'] = [
  { name: 'copies of every object', text: '4', source: 'configured', reason: 'the running configuration' },
  {
    name: 'failure domains that are lost by themselves',
    text: '4',
    source: 'configured',
    reason: 'the running configuration',
  },
  {
    name: 'a device is lost with all copies on it',
    text: '1.57 %',
    source: 'assumed',
    reason:
      'Backblaze Drive Stats, all drives in 2024: 1.57 % (https://www.backblaze.com/blog/backblaze-drive-stats-for-2024/)',
  },
  {
    name: 'every copy is read and verified once within it',
    text: '7 d 2 h',
    source: 'measured',
    reason: '12 measurements, the newest at 2026-11-20T04:12:00.000Z',
  },
  {
    name: 'from finding a damaged copy until it is mended',
    text: '412 ms',
    source: 'measured',
    reason: '2 measurements, the newest at 2026-11-22T03:12:00.000Z',
  },
];

const EMPIRICAL =
  '0 objects were lost in 18,204 object-years, so with 95 % confidence the annual loss probability is below 1.6e-4; to show eleven nines by counting, 3.0e11 object-years without a loss would be needed.';

const fullDurability: Durability = {
  nines: 9.58,
  annualLoss: 2.6e-10,
  reachesEleven: false,
  sentence:
    'This configuration does not reach eleven nines: it computes to 9.5 nines (one object is lost within a year with probability 2.6e-10), because whole failure domains can be lost, and there are 3 for 3 copies. To reach eleven: add one zone in another failure domain; or replace a lost failure domain within 12 h.',
  inputs: INPUTS,
  improvements: [
    'add one zone in another failure domain (13.3 nines)',
    'replace a lost failure domain within 12 h (11.1 nines)',
  ],
  empirical: EMPIRICAL,
};

const emptyDurability: Durability = {
  nines: 1.72,
  annualLoss: 0.019,
  reachesEleven: false,
  sentence:
    'This configuration does not reach eleven nines: it computes to 1.7 nines (one object is lost within a year with probability 0.019), because all copies (1 copy) lie in one failure domain, and losing it loses them together. To reach eleven: add 3 zones in other failure domains.',
  inputs: INPUTS.slice(0, 3).map((input) => (input.source === 'configured' ? { ...input, text: '1' } : input)),
  improvements: ['add 3 zones in other failure domains (13.0 nines)'],
  empirical:
    '0 objects were lost in 0 object-years, which is too little to show anything; to show eleven nines by counting, 3.0e11 object-years without a loss would be needed.',
};

function fakeVault(state: FakeState): Vault {
  const { mode, nowMs, scrub } = state;
  if (mode === 'empty')
    return {
      writeQuorum: 1,
      zones: [zone('main', { location: '/srv/holdfast/data/vault', failureDomain: 'this machine' })],
      ...(scrub === undefined ? {} : { scrub }),
      durability: emptyDurability,
    };
  return {
    writeQuorum: 2,
    zones: fullZones(nowMs),
    ...(scrub === undefined ? {} : { scrub }),
    durability: state.reachesEleven
      ? {
          ...fullDurability,
          nines: 13.34,
          reachesEleven: true,
          improvements: [],
          sentence:
            'This configuration reaches eleven nines by computation: 13.3 nines (one object is lost within a year with probability 4.6e-14).',
        }
      : fullDurability,
  };
}

export function vaultRoutes(state: FakeState, { method, path }: FakeCall): FakeAnswer | undefined {
  if (path === '/vault') return ok(fakeVault(state));
  if (path !== '/vault/scrub' || method !== 'POST') return undefined;
  const report = fakeScrub(Date.now() - 1500, Date.now());
  state.scrub =
    state.mode === 'empty'
      ? { ...report, objects: 0, copies: 0, bytes: 0, found: 0, mended: 0, unmended: 0, problems: [], away: [] }
      : report;
  return ok(state.scrub);
}
