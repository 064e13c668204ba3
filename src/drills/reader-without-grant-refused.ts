import { HOUR_MS, MINUTE_MS } from '../base/index.ts';
import type { Probe, ProbeOutcome } from '../evidence/index.ts';
import { ensureProbeTarget, PROBE_GROUP, type ProbeDeps } from './probe-deps.ts';

/** M8: a reader whom nobody granted a group is refused through every door, and the refusal is audited. */
export const readerWithoutGrantRefused = (deps: ProbeDeps): Probe => ({
  id: 'reader-without-grant-refused',
  promise: 'M8',
  statement: 'A reader without a grant is refused, and the refusal is recorded',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    await ensureProbeTarget(deps, PROBE_GROUP, 'otlp');
    const startMs = deps.clock.nowMs();
    const doors = await tryDoors(deps, startMs, signal);
    const open = doors.filter((door) => !door.isRefused);
    const { records } = await deps.audit.lookup({ startMs: startMs - MINUTE_MS, refusedOnly: true, limit: 200 });
    const recorded = records.filter((record) => JSON.stringify(record.userIdentity).includes(deps.reader.id)).length;
    // The same question by somebody who may ask: otherwise a server that refuses everybody would pass.
    const request = {
      query: 'stats count(*) as n',
      logGroups: [PROBE_GROUP],
      startMs: startMs - HOUR_MS,
      endMs: startMs,
    };
    const control = await deps.logs.queries.run(deps.actor, request, signal);
    return outcome({
      doors: doors.length,
      open: open.map(({ name }) => name),
      recorded,
      isControlOpen: control.status === 'Complete',
    });
  },
});

interface Door {
  readonly name: string;
  readonly isRefused: boolean;
}

async function tryDoors(deps: ProbeDeps, nowMs: number, signal: AbortSignal): Promise<readonly Door[]> {
  const { clients, reader } = deps;
  const range = { startMs: nowMs - HOUR_MS, endMs: nowMs };
  const query = { query: 'fields @message', groups: [PROBE_GROUP], ...range };
  const api = async (name: string, path: string): Promise<Door> => {
    const { status } = await clients.bearer(reader, 'POST', path, query, signal);
    return { name, isRefused: status === 403 };
  };
  const aws = async (operation: string, body: object): Promise<Door> => {
    const { status, text } = await clients.aws(reader, operation, body, signal);
    return { name: operation, isRefused: status === 400 && text.includes('AccessDeniedException') };
  };
  const seconds = { startTime: Math.floor(range.startMs / 1000), endTime: Math.floor(range.endMs / 1000) };
  return [
    await api('query', '/api/v1/logs/queries'),
    await api('histogram', '/api/v1/logs/histogram'),
    await api('facets', '/api/v1/logs/facets'),
    await aws('GetLogEvents', { logGroupName: PROBE_GROUP, logStreamName: 'otlp' }),
    await aws('FilterLogEvents', { logGroupName: PROBE_GROUP }),
    await aws('StartQuery', { logGroupName: PROBE_GROUP, queryString: 'fields @message', ...seconds }),
  ];
}

function outcome(seen: {
  readonly doors: number;
  readonly open: readonly string[];
  readonly recorded: number;
  readonly isControlOpen: boolean;
}): ProbeOutcome {
  const measurements = { doorsTried: seen.doors, doorsOpen: seen.open.length, refusalsRecorded: seen.recorded };
  if (seen.open.length > 0) return { passed: false, summary: `Not refused: ${seen.open.join(', ')}.`, measurements };
  if (!seen.isControlOpen) return { passed: false, summary: 'Refused as well: somebody who may read.', measurements };
  if (seen.recorded < seen.doors) {
    return {
      passed: false,
      summary: `Of ${seen.doors} refusals only ${seen.recorded} are in the audit log.`,
      measurements,
    };
  }
  return {
    passed: true,
    summary: `A reader without a grant was refused at ${seen.doors} doors, each refusal recorded.`,
    measurements,
  };
}
