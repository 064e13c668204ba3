import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Commit, WorkbookVersion } from '../api/types.ts';
import { isCancelled, type UploadProgress } from '../api/upload.ts';
import { FILE_BYTES_MAX, useCommit, useSeenHead } from '../api/workbooks.ts';
import { formatBytes, formatCount } from '../base/format.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { CommittedMeanwhile, isMismatch } from './committed-meanwhile.tsx';
import { ProgressBar } from './progress-bar.tsx';

const MESSAGE_CHARS_MAX = 2000;
const SETTLE_MS = 250;

/** `Budget 2026.xlsx` belongs to the workbook `Budget 2026`. */
export const workbookNameOf = (fileName: string): string => fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '').trim();

/** The same key with the same bytes is the same commit: a repetition after a cut connection stores nothing twice. */
const newClientKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const handle = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(handle);
  }, [text]);
  return settled;
}

function GoesOutFrom({ name, head }: { readonly name: string; readonly head: WorkbookVersion | null | undefined }) {
  let words: ReactNode = '…';
  if (name === '') words = 'Give the workbook a name.';
  else if (head === null) words = 'There is no such workbook yet: this becomes its version 1.';
  else if (head !== undefined)
    words = (
      <>
        Goes out from version {head.number} by {head.author}, <Ago at={head.committedMs} />. If somebody commits before
        you, you are told and nothing is stored.
      </>
    );
  return (
    <p role="status" className="mb-3.5 text-sm text-ink-2">
      {words}
    </p>
  );
}

interface CommitFormProps {
  readonly file: File;
  /** Where the workbook is already chosen. */
  readonly name?: string;
  /** The newest version that the page showed when the file was chosen. */
  readonly head?: WorkbookVersion;
  readonly onCommitted: (commit: Commit) => void;
  readonly onCancel: () => void;
}

interface Sending extends UploadProgress {
  readonly startedMs: number;
}

/** Sends once per call; an abort leaves no failure behind. */
function useSending(file: File, onCommitted: (commit: Commit) => void) {
  const commit = useCommit();
  const [sending, setSending] = useState<Sending>();
  const stop = useRef<AbortController>(undefined);
  const key = useRef(newClientKey());
  const send = (name: string, message: string, parent: number): void => {
    const controller = new AbortController();
    const startedMs = Date.now();
    stop.current = controller;
    setSending({ startedMs, sentBytes: 0, totalBytes: file.size });
    commit.mutate(
      {
        name,
        file,
        message,
        parent,
        clientKey: key.current,
        signal: controller.signal,
        onProgress: (progress) => setSending({ startedMs, ...progress }),
      },
      {
        onSuccess: onCommitted,
        onSettled: () => setSending(undefined),
      },
    );
  };
  const error = isCancelled(commit.error) ? null : commit.error;
  return { send, sending, error, reset: commit.reset, cancel: () => stop.current?.abort() };
}

/** One file, the workbook it belongs to, and the words that its history keeps. */
export function CommitForm(props: CommitFormProps) {
  const { file, onCancel } = props;
  const client = useQueryClient();
  const [name, setName] = useState(props.name ?? workbookNameOf(file.name));
  const [message, setMessage] = useState('');
  const asked = useSettled(name.trim());
  const [reloaded, setReloaded] = useState(false);
  const seen = useSeenHead(props.head === undefined || reloaded ? asked : '');
  const head = props.head !== undefined && !reloaded ? props.head : seen.data;
  const { send, sending, error, reset, cancel } = useSending(file, props.onCommitted);
  const parent = head?.number ?? 0;
  const tooLarge = file.size > FILE_BYTES_MAX;
  const ready = name.trim() !== '' && asked === name.trim() && head !== undefined && !tooLarge;
  const reload = (): void => {
    reset();
    setReloaded(true);
    void client.resetQueries({ queryKey: ['seen-head', asked] });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) send(asked, message, parent);
  };
  return (
    <form onSubmit={submit} aria-label="Commit a file" className="border border-line-2 bg-sheet px-4 py-4 sm:px-5">
      <p className="mb-3 flex flex-wrap items-baseline gap-x-3 text-md">
        <strong className="font-semibold break-all">{file.name}</strong>
        <span className="text-sm text-ink-2" title={`${formatCount(file.size)} bytes`}>
          {formatBytes(file.size)}
        </span>
      </p>
      {props.name === undefined && (
        <TextField
          label="Workbook"
          value={name}
          disabled={sending !== undefined}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      <TextField
        label="Message"
        hint="What changed and why; the history keeps it. May be empty."
        maxLength={MESSAGE_CHARS_MAX}
        disabled={sending !== undefined}
        value={message}
        onChange={(event) => setMessage(event.target.value)}
      />
      {tooLarge && (
        <Notice tone="broken" role="alert" title={`The file is larger than ${formatBytes(FILE_BYTES_MAX)}.`}>
          Take pictures or old sheets out of it, or split it into several workbooks.
        </Notice>
      )}
      {seen.isError && <FailureNotice error={seen.error} onRetry={() => void seen.refetch()} />}
      {isMismatch(error) && <CommittedMeanwhile name={asked} parent={parent} error={error} onReload={reload} />}
      {error !== null && !isMismatch(error) && <FailureNotice error={error} />}
      {sending !== undefined && <ProgressBar {...sending} elapsedMs={Date.now() - sending.startedMs} />}
      {sending === undefined && error === null && !tooLarge && <GoesOutFrom name={name.trim()} head={head} />}
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <Button onClick={sending === undefined ? onCancel : cancel}>Cancel</Button>
        <Button tone="accent" type="submit" disabled={!ready || sending !== undefined || isMismatch(error)}>
          {sending === undefined ? `Commit as version ${parent + 1}` : 'Committing…'}
        </Button>
      </div>
    </form>
  );
}
