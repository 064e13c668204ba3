import { isFailure } from '../../base/index.ts';
import { VAULT_FAILURES } from '../failures.ts';
import { VAULT_LIMITS } from '../limits.ts';
import type { ZoneAnomaly } from '../types.ts';
import { checkObject, repairObject } from './check-object.ts';
import type { VaultContext } from './context.ts';
import { headIn, isBadCopy, isLockedLike, type Lock, mergeLocks } from './copies.ts';
import { type WalkedName, walkZones } from './walk-zones.ts';
import type { Zone } from './zone-set.ts';

/** Where the position of a scrub is kept, so that a restart goes on instead of beginning again. */
export interface ScrubState {
  readonly load: () => Promise<string | undefined>;
  readonly save: (text: string) => Promise<void>;
}

export interface ScrubSettings {
  readonly state: ScrubState;
  /** Default VAULT_LIMITS.scrubBytesPerSecond. */
  readonly bytesPerSecond?: number;
  /** Time from the begin of one pass to the begin of the next; default VAULT_LIMITS.scrubIntervalMs. */
  readonly intervalMs?: number;
  readonly onReport?: (report: ScrubReport) => Promise<void> | void;
}

export interface ScrubProblem {
  readonly zone: string;
  readonly name: string;
  readonly type: 'missing' | 'damaged' | 'lock-short' | 'other-bytes' | ZoneAnomaly['type'];
  readonly detail: string;
  readonly mended: boolean;
  /** From finding it to having read the mended copy back. */
  readonly repairMs: number | undefined;
}

export interface ScrubReport {
  readonly startedMs: number;
  readonly finishedMs: number | undefined;
  /** When the pass before this one began: what this one found may be as old as that. */
  readonly previousStartedMs: number | undefined;
  readonly objects: number;
  readonly copies: number;
  readonly bytes: number;
  readonly found: number;
  readonly mended: number;
  readonly unmended: number;
  readonly repairMsTotal: number;
  readonly repairMsMax: number;
  /** At most VAULT_LIMITS.problemsListedMax. */
  readonly problems: readonly ScrubProblem[];
  /** Zones that did not answer to the end; their copies are not vouched for. */
  readonly away: readonly string[];
}

export interface Scrub {
  /** Goes on where the last pass was cut off, or begins a new one; resolves with its report when it is through. */
  readonly runPass: (signal?: AbortSignal) => Promise<ScrubReport>;
  /** What the running pass has found so far, or the last one. */
  readonly report: () => ScrubReport | undefined;
  /** Runs a pass at each interval until stopped. */
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

type Counts = { -readonly [K in keyof ScrubReport]: ScrubReport[K] } & { problems: ScrubProblem[]; after: string };

const stateOf = (counts: Counts): string => JSON.stringify({ version: 1, ...counts });

export function createScrub(context: VaultContext, settings: ScrubSettings): Scrub {
  const intervalMs = settings.intervalMs ?? VAULT_LIMITS.scrubIntervalMs;
  const stopped = new AbortController();
  let current: Counts | undefined;
  let looping: Promise<void> | undefined;
  const runPass = async (signal?: AbortSignal): Promise<ScrubReport> => {
    const saved = parseState(await settings.state.load());
    const counts = saved?.finishedMs === undefined && saved !== undefined ? saved : newCounts(context, saved);
    current = counts;
    await scrubAll(context, settings, counts, signal);
    counts.finishedMs = context.clock.nowMs();
    await settings.state.save(stateOf(counts));
    const report = reportOf(counts);
    await settings.onReport?.(report);
    return report;
  };
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        const saved = parseState(await settings.state.load());
        // What the last pass of the process before this one found is told until this one has run its own.
        current ??= saved;
        const dueMs = saved?.finishedMs === undefined ? 0 : saved.startedMs + intervalMs;
        const waitMs = dueMs - context.clock.nowMs();
        // A clock that was set back must not put the scrub off for longer than one interval.
        if (waitMs > 0 && waitMs <= intervalMs) await context.clock.sleep(Math.min(waitMs, SLEEP_MS), stopped.signal);
        else await runPass(stopped.signal);
      } catch (error) {
        if (stopped.signal.aborted) return;
        context.log.error({ error }, 'a scrub pass failed; it goes on later where it was');
        await context.clock.sleep(VAULT_LIMITS.catchUpIntervalMs, stopped.signal).catch(() => undefined);
      }
    }
  };
  return {
    runPass,
    report: () => (current === undefined ? undefined : reportOf(current)),
    start: () => {
      looping ??= loop();
    },
    stop: async () => {
      stopped.abort();
      await looping;
    },
  };
}

/** The longest sleep of the loop, so that a clock that is set forward is noticed. */
const SLEEP_MS = 3_600_000;

/** The counts without the position, which is no business of a reader. */
function reportOf(counts: Counts): ScrubReport {
  const { after, ...report } = counts;
  void after;
  return { ...report, problems: [...counts.problems] };
}

const newCounts = (context: VaultContext, previous: Counts | undefined): Counts => ({
  startedMs: context.clock.nowMs(),
  finishedMs: undefined,
  previousStartedMs: previous?.startedMs,
  objects: 0,
  copies: 0,
  bytes: 0,
  found: 0,
  mended: 0,
  unmended: 0,
  repairMsTotal: 0,
  repairMsMax: 0,
  problems: [],
  away: [],
  after: '',
});

/** What another version or half a write left is no reason to fail: the pass begins anew. */
function parseState(text: string | undefined): Counts | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const isState =
      typeof parsed === 'object' && parsed !== null && 'version' in parsed && parsed.version === 1 && 'after' in parsed;
    return isState ? (parsed as unknown as Counts) : undefined;
  } catch {
    return undefined;
  }
}

async function scrubAll(
  context: VaultContext,
  settings: ScrubSettings,
  counts: Counts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const pace = createPace(context, settings.bytesPerSecond ?? VAULT_LIMITS.scrubBytesPerSecond);
  const known = new Set<string>();
  const resumed = counts.after !== '';
  let answering: ReadonlySet<Zone> = new Set(context.zones.all);
  for await (const walked of walkZones({ zones: context.zones.all, prefix: '', after: counts.after, signal })) {
    answering = walked.answering;
    if (await scrubName(context, walked, counts)) known.add(walked.name);
    counts.objects += 1;
    counts.after = walked.name;
    if (counts.objects % VAULT_LIMITS.scrubCheckpointObjects === 0) await settings.state.save(stateOf(counts));
    await pace(counts.bytes, signal);
  }
  counts.away = context.zones.all.filter((zone) => !answering.has(zone)).map((zone) => zone.name);
  // A pass that was cut off did not see the names before the cut, and would call them unknown.
  if (!resumed) for (const zone of answering) await noteAnomalies(context, { zone, known, counts });
}

/** Whether it is an object of this vault; false makes every copy of it an anomaly. */
async function scrubName(context: VaultContext, walked: WalkedName, counts: Counts): Promise<boolean> {
  if (walked.name.startsWith('probe/')) return true;
  const lock = mergeLocks([...walked.copies.values()]);
  if (lock === undefined) return false;
  const bad: { readonly zone: Zone; readonly type: ScrubProblem['type']; readonly detail: string }[] = [];
  let whole = 0;
  for (const zone of walked.answering) {
    const state = await checkCopy(context, walked, zone, counts);
    if (state === 'whole') whole += 1;
    else if (state !== 'unknown') bad.push({ zone, ...state });
    const mine = walked.copies.get(zone);
    if (mine !== undefined && !isLockedLike(mine, lock)) {
      bad.push({ zone, type: 'lock-short', detail: 'another zone locks it for longer' });
    }
  }
  const expired = lock.retainUntilMs <= context.clock.nowMs() && !lock.legalHold;
  for (const problem of bad) {
    // What has expired may be on its way out; only rot in it is worth telling.
    if (problem.type === 'missing' && (expired || context.uploading.has(walked.name))) continue;
    await mendCopy(context, { ...problem, name: walked.name, lock, counts });
  }
  return whole > 0;
}

type CopyState = 'whole' | 'unknown' | { readonly type: 'missing' | 'damaged'; readonly detail: string };

async function checkCopy(context: VaultContext, walked: WalkedName, zone: Zone, counts: Counts): Promise<CopyState> {
  const { name } = walked;
  try {
    // Not in the list: either missing, or so damaged that the zone could not list it.
    if (!walked.copies.has(zone) && (await headIn(zone, name)) === undefined) {
      return { type: 'missing', detail: 'the zone does not hold it' };
    }
    const bytes = await zone.call(VAULT_LIMITS.zoneReadMs, (driver, signal) => driver.get(name, signal));
    counts.copies += 1;
    counts.bytes += bytes.length;
    await checkObject(context, name, bytes);
    return 'whole';
  } catch (error) {
    if (!isBadCopy(error)) return 'unknown';
    const type = isFailure(error, VAULT_FAILURES.objectMissing) ? 'missing' : 'damaged';
    return { type, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function mendCopy(
  context: VaultContext,
  input: {
    readonly zone: Zone;
    readonly name: string;
    readonly type: ScrubProblem['type'];
    readonly detail: string;
    readonly lock: Lock;
    readonly counts: Counts;
  },
): Promise<void> {
  const { zone, name, type, lock, counts } = input;
  const foundMs = context.clock.monotonicMs();
  let mended = false;
  let detail = input.detail;
  try {
    if (type === 'lock-short') await raiseLockTo(zone, name, lock);
    else await repairObject(context, { target: zone, name, lock });
    const bytes = await zone.call(VAULT_LIMITS.zoneReadMs, (driver, signal) => driver.get(name, signal));
    await checkObject(context, name, bytes);
    mended = true;
  } catch (error) {
    detail = `${detail}; mending failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  const repairMs = mended ? context.clock.monotonicMs() - foundMs : undefined;
  noteProblem(context, counts, { zone: zone.name, name, type, detail, mended, repairMs });
}

async function raiseLockTo(zone: Zone, name: string, lock: Lock): Promise<void> {
  const head = await headIn(zone, name);
  if (head !== undefined && head.retainUntilMs < lock.retainUntilMs) {
    await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.extend(name, lock.retainUntilMs));
  }
  if (lock.legalHold) await zone.call(VAULT_LIMITS.zoneWriteMs, (driver) => driver.setLegalHold(name, true));
}

function noteProblem(context: VaultContext, counts: Counts, problem: ScrubProblem): void {
  counts.found += 1;
  if (problem.mended) counts.mended += 1;
  else counts.unmended += 1;
  counts.repairMsTotal += problem.repairMs ?? 0;
  counts.repairMsMax = Math.max(counts.repairMsMax, problem.repairMs ?? 0);
  if (counts.problems.length < VAULT_LIMITS.problemsListedMax) counts.problems.push(problem);
  context.log.warn(problem, problem.mended ? 'the scrub mended a copy' : 'the scrub found what it could not mend');
}

async function noteAnomalies(
  context: VaultContext,
  input: { readonly zone: Zone; readonly known: ReadonlySet<string>; readonly counts: Counts },
): Promise<void> {
  const { zone, known, counts } = input;
  try {
    for await (const { name, type, detail } of zone.spec.driver.anomalies(known)) {
      // Put while the pass ran: it is no stranger.
      if (type === 'unknown-object' && (await isOurs(context, zone, name))) continue;
      noteProblem(context, counts, { zone: zone.name, name, type, detail, mended: false, repairMs: undefined });
    }
  } catch (error) {
    context.log.warn({ zone: zone.name, error }, 'the zone could not be searched for what does not belong there');
  }
}

async function isOurs(context: VaultContext, zone: Zone, name: string): Promise<boolean> {
  try {
    await checkObject(context, name, await zone.call(VAULT_LIMITS.zoneReadMs, (driver) => driver.get(name)));
    return true;
  } catch (error) {
    return isFailure(error, VAULT_FAILURES.objectMissing);
  }
}

/** Sleeps as long as the bytes read so far are ahead of the rate. */
function createPace(
  context: VaultContext,
  bytesPerSecond: number,
): (bytes: number, signal: AbortSignal | undefined) => Promise<void> {
  const { clock } = context;
  const startedMs = clock.monotonicMs();
  let base: number | undefined;
  return async (bytes, signal) => {
    signal?.throwIfAborted();
    base ??= bytes;
    const aheadMs = ((bytes - base) / bytesPerSecond) * 1000 - (clock.monotonicMs() - startedMs);
    if (aheadMs > 10) await clock.sleep(aheadMs, signal);
  };
}
