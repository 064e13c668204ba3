import { formatBytes, newSecret, SECOND_MS } from '../base/index.ts';
import type { Probe, ProbeOutcome } from '../evidence/index.ts';
import { searchBytesAtRest } from './bytes-at-rest.ts';
import { ensureProbeTarget, PROBE_GROUP, type ProbeDeps } from './probe-deps.ts';
import { searchTelemetry } from './search-telemetry.ts';

/**
 * M9: secrets of several shapes are sent through each protocol, in accepted and in refused requests, and then looked
 * for in every byte that was written since: in the files of the data folder as they are, and in every column of the
 * telemetry tables through the engine, because those are compressed on disk. A marker that is no secret is sent
 * beside them; when it is not found in both places, the search is blind and the measurement has failed.
 */
export const canarySecretAbsent = (deps: ProbeDeps): Probe => ({
  id: 'canary-secret-absent',
  promise: 'M9',
  statement: 'Secrets sent through each protocol are nowhere at rest',
  cadenceMs: deps.cadenceMs,
  run: async (signal) => {
    const startMs = deps.clock.nowMs();
    const marker = `marker${newSecret(20)}`;
    const secrets: string[] = [];
    for (const protocol of deps.clients.protocols) {
      await ensureProbeTarget(deps, PROBE_GROUP, protocol.name);
      const canary = secretCanary(marker);
      secrets.push(...canary.secrets);
      const log = {
        logGroup: PROBE_GROUP,
        logStream: protocol.name,
        timeMs: deps.clock.nowMs(),
        body: canary.body,
        attributes: canary.attributes,
      };
      await protocol.send(deps.sender, log, signal);
    }
    secrets.push(...(await sendRefused(deps, signal)));
    await searchForMarker(deps, marker, startMs, signal);
    return searchEverywhere(deps, { secrets, marker, startMs }, signal);
  },
});

interface SecretCanary {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** A record with secrets in the places where they slip into logs; random, so that no two runs share one. */
function secretCanary(marker: string): SecretCanary {
  const password = newSecret(24);
  const bearer = newSecret(40);
  const cloud = newSecret(40);
  const url = newSecret(20);
  const header = newSecret(32);
  const nested = newSecret(28);
  return {
    body: `${marker} login failed password=${password} Authorization: Bearer ${bearer} postgres://app:${url}@db.internal/main aws_secret_access_key=${cloud}`,
    attributes: {
      'http.request.header.authorization': `Basic ${Buffer.from(`user:${header}`).toString('base64')}`,
      api_key: nested,
      note: marker,
    },
    secrets: [password, bearer, url, cloud, Buffer.from(`user:${header}`).toString('base64'), nested],
  };
}

/** Requests that are refused must not leave their secrets either, in the process's own log for one. */
async function sendRefused(deps: ProbeDeps, signal: AbortSignal): Promise<readonly string[]> {
  const wrong = { id: deps.sender.id, secret: newSecret(40) };
  const inPath = newSecret(32);
  const inBody = newSecret(32);
  await deps.clients.bearer(wrong, 'GET', `/api/v1/logs/groups?password=${inPath}`, undefined, signal);
  await deps.clients.bearer(deps.sender, 'POST', '/api/v1/logs/queries', { password: inBody }, signal);
  return [wrong.secret, inPath, inBody];
}

/** A search is audited with its text, by which the marker comes to lie in the catalog's files uncompressed. */
async function searchForMarker(deps: ProbeDeps, marker: string, startMs: number, signal: AbortSignal): Promise<void> {
  const query = `filter @message like "${marker}"`;
  const range = { startMs: startMs - SECOND_MS, endMs: deps.clock.nowMs() + SECOND_MS };
  await deps.logs.queries.run(deps.actor, { query, logGroups: [PROBE_GROUP], ...range }, signal);
}

async function searchEverywhere(
  deps: ProbeDeps,
  sought: { readonly secrets: readonly string[]; readonly marker: string; readonly startMs: number },
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { secrets, marker, startMs } = sought;
  const sinceMs = startMs - SECOND_MS;
  const stored = await searchTelemetry(deps.telemetry, [...secrets, marker], sinceMs, signal);
  const bytes = await searchBytesAtRest(deps.dataFolder, [...secrets, marker], sinceMs, signal);
  const { records } = await deps.audit.lookup({ startMs: sinceMs, limit: 200 });
  const audited = JSON.stringify(records);
  const leaks = secrets.flatMap((secret, index) => [
    ...(bytes.foundIn.get(secret) ?? []).map((file) => `secret ${index + 1} in ${file}`),
    ...((stored.matches.get(secret) ?? 0) > 0 ? [`secret ${index + 1} in a telemetry table`] : []),
    ...(audited.includes(secret) ? [`secret ${index + 1} in the audit log`] : []),
  ]);
  const markerRows = stored.matches.get(marker) ?? 0;
  const markerFiles = bytes.foundIn.get(marker)?.length ?? 0;
  const measurements = {
    secretsSent: secrets.length,
    leaks: leaks.length,
    filesRead: bytes.filesRead,
    bytesRead: bytes.bytesRead,
    columnsSearched: stored.columns,
    markerRows,
    markerFiles,
  };
  if (leaks.length > 0)
    return { passed: false, summary: `Found at rest: ${leaks.slice(0, 5).join('; ')}.`, measurements };
  if (markerRows < deps.clients.protocols.length || markerFiles === 0) {
    return { passed: false, summary: 'The search is blind: the marker that must be found was not.', measurements };
  }
  const summary = `${secrets.length} secrets sent through ${deps.clients.protocols.length} protocols and in refused requests are nowhere in the ${formatBytes(bytes.bytesRead)} written since or in ${stored.columns} columns of telemetry.`;
  return { passed: true, summary, measurements };
}
