import { type FormEvent, useEffect, useState } from 'react';
import { isRunning, useRestoreNow, useRestorePlan } from '../api/backup.ts';
import { useMay } from '../api/session.ts';
import type { BackupRun, DatabaseStatus, RestorePlan } from '../api/types.ts';
import { formatBytes, formatCount, formatDuration, formatPlural, zoneName } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { TextField } from '../parts/field.tsx';
import { Moment } from '../parts/moment.tsx';
import { FailureNotice, Words } from '../parts/notice.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { Fact } from './fact.tsx';
import {
  isRestorable,
  type Picked,
  readPicked,
  restoreCommand,
  stretchesOf,
  targetOf,
  writePicked,
} from './restorable.ts';
import { EndedRun, RunningRun } from './run-view.tsx';

const SETTLE_MS = 250;

/** Keys that are held down pick many seconds; only the last is asked for. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const handle = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(handle);
  }, [text]);
  return settled;
}

function PickedWords({ picked }: { readonly picked: Picked }) {
  const { zone } = usePreferences();
  switch (picked.type) {
    case 'latest':
      return 'To the newest moment';
    case 'time':
      return (
        <>
          To <Moment at={picked.timeMs} /> {zoneName(zone, picked.timeMs)}
        </>
      );
    case 'snapshot':
      return <>The snapshot {picked.id} as it is</>;
    case 'point':
      return <>To the point {picked.name}</>;
  }
}

function Plan({ plan }: { readonly plan: RestorePlan }) {
  const { snapshot, walSegments, walBytes, readBytes, restoreBytes, estimatedMs, notes } = plan;
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5 text-sm sm:grid-cols-5">
        <Fact label="From the snapshot" title={snapshot.id}>
          <Moment at={snapshot.begunMs} precision="minute" />
        </Fact>
        <Fact label="WAL" title={`${formatCount(walBytes)} bytes`}>
          {formatBytes(walBytes)}, {formatPlural(walSegments, 'segment')}
        </Fact>
        <Fact label="Reads from the vault" title={`${formatCount(readBytes)} bytes`}>
          {formatBytes(readBytes)}
        </Fact>
        <Fact label="Writes" title={`${formatCount(restoreBytes)} bytes`}>
          {formatBytes(restoreBytes)}
        </Fact>
        <Fact label="Takes about">
          {estimatedMs === undefined ? 'not known before a drill' : formatDuration(estimatedMs)}
        </Fact>
      </dl>
      {notes.length > 0 && (
        <ul className="mt-2 list-disc pl-4 text-sm text-ink-2">
          {notes.map((note) => (
            <li key={note}>
              <Words text={note} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The nearest moments that can be had, for one that cannot. */
function Nearest({
  status,
  picked,
  onPick,
}: {
  readonly status: DatabaseStatus;
  readonly picked: Picked;
  readonly onPick: (picked: Picked) => void;
}) {
  if (picked.type !== 'time') return null;
  const stretches = stretchesOf(status.ranges);
  if (isRestorable(stretches, picked.timeMs)) return null;
  const before = stretches.findLast(({ toMs }) => toMs < picked.timeMs)?.toMs;
  const after = stretches.find(({ fromMs }) => fromMs > picked.timeMs)?.fromMs;
  const choices = [
    ...(before === undefined ? [] : [{ word: 'Earlier', timeMs: Math.floor(before) }]),
    ...(after === undefined ? [] : [{ word: 'Later', timeMs: Math.ceil(after) }]),
  ];
  return (
    <p className="mt-2 flex flex-wrap items-center gap-1.5 text-sm text-ink-2">
      The nearest that can be had:
      {choices.map(({ word, timeMs }) => (
        <Button key={word} small onClick={() => onPick({ type: 'time', timeMs })}>
          {word}, <Moment at={timeMs} />
        </Button>
      ))}
    </p>
  );
}

interface ApplyProps {
  readonly name: string;
  readonly picked: Picked;
  readonly ready: boolean;
  readonly onBegun: (run: BackupRun) => void;
}

function useApply({ name, picked, onBegun }: ApplyProps) {
  const restore = useRestoreNow(name);
  const [into, setInto] = useState('');
  const [port, setPort] = useState('');
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const body = { ...targetOf(picked), into: into.trim(), ...(port === '' ? {} : { port: Number(port) }) };
    restore.mutate(body, { onSuccess: onBegun });
  };
  const filled = into.trim() !== '' && typed === name && /^\d{0,5}$/.test(port);
  return { restore, into, setInto, port, setPort, typed, setTyped, submit, filled };
}

/** Into which folder, on which port, and the name: then the act. The same as a command stands beside it. */
function Apply(props: ApplyProps) {
  const { name, picked, ready } = props;
  const may = useMay('restoreBackup');
  const { restore, into, setInto, port, setPort, typed, setTyped, submit, filled } = useApply(props);
  const command = restoreCommand(name, picked, into.trim(), port);
  return (
    <div className={may ? 'mt-4 grid gap-x-8 gap-y-4 lg:grid-cols-2' : 'mt-4'}>
      {may && (
        <form onSubmit={submit} aria-label="Restore into a folder">
          <div className="grid gap-x-3 sm:grid-cols-[minmax(0,1fr)_110px]">
            <TextField
              label="Folder"
              hint="An empty one, on Holdfast’s machine"
              mono
              autoComplete="off"
              placeholder="/srv/restored"
              value={into}
              onChange={(event) => setInto(event.target.value)}
            />
            <TextField
              label="Port"
              hint="To start it there"
              mono
              inputMode="numeric"
              autoComplete="off"
              placeholder="none"
              value={port}
              onChange={(event) => setPort(event.target.value)}
            />
          </div>
          <TextField
            label="Type the database’s name to confirm"
            hint={<span className="font-mono">{name}</span>}
            mono
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          {restore.isError && <FailureNotice error={restore.error} />}
          <div className="mt-1 flex justify-end">
            <Button tone="accent" type="submit" disabled={!filled || !ready || restore.isPending}>
              {restore.isPending ? 'Beginning…' : 'Restore into the folder'}
            </Button>
          </div>
        </form>
      )}
      <div className="min-w-0">
        <p className="mb-1 text-sm font-medium">
          {may ? 'The same as a command' : 'As a command, with a key that may'}
        </p>
        <Snippet label="Command that restores" text={command} />
        <p className="mt-2 text-sm text-ink-2">
          {name} itself is not touched: the restore goes into a folder of its own, and removing that folder undoes it.
          Without a server, add <code>--zone</code> and <code>--keys</code>.
        </p>
      </div>
    </div>
  );
}

interface RestorePanelProps {
  readonly status: DatabaseStatus;
  readonly picked: Picked;
  readonly onPick: (picked: Picked | undefined) => void;
  readonly restoreId: string | undefined;
  readonly onRestore: (runId: string | undefined) => void;
}

/** What a restore to the picked moment would do; then the restore itself. */
export function RestorePanel({ status, picked, onPick, restoreId, onRestore }: RestorePanelProps) {
  const { name } = status.source;
  const asked = useSettled(writePicked(picked));
  const plan = useRestorePlan(name, targetOf(readPicked(asked) ?? picked));
  const run = status.runs.find(({ id }) => id === restoreId);
  const settled = asked === writePicked(picked);
  return (
    <section aria-label="Restore plan" className="no-print mt-5 border border-line-2 bg-sheet px-4 py-4 sm:px-5">
      <div className="mb-3 flex items-start justify-between gap-4">
        <h3 className="text-md break-words">
          <PickedWords picked={picked} />
        </h3>
        <Button small onClick={() => onPick(undefined)}>
          Clear
        </Button>
      </div>
      {plan.isPending && <BoneRows rows={2} label="the plan" />}
      {plan.isError && settled && <FailureNotice error={plan.error} />}
      {plan.isError && <Nearest status={status} picked={picked} onPick={onPick} />}
      {plan.data !== undefined && <Plan plan={plan.data} />}
      {plan.isSuccess && run === undefined && (
        <Apply name={name} picked={picked} ready={settled} onBegun={({ id }) => onRestore(id)} />
      )}
      {run !== undefined && (
        <div className="mt-4">
          {isRunning(run) ? <RunningRun run={run} /> : <EndedRun run={run} onClose={() => onRestore(undefined)} />}
        </div>
      )}
    </section>
  );
}
