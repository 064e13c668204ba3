import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { useChangeSearch } from '../shell/go.ts';

export interface AuditSearch {
  readonly event?: string | undefined;
  readonly who?: string | undefined;
  readonly what?: string | undefined;
  readonly refused?: string | undefined;
}

const INPUTS = [
  { name: 'event', label: 'What', placeholder: 'What: StartQuery' },
  { name: 'who', label: 'Who', placeholder: 'Who: e-mail address or key' },
  { name: 'what', label: 'On', placeholder: 'On: /app/payments' },
] as const;

const orNothing = (text: string | undefined): string | undefined => (text?.trim() === '' ? undefined : text?.trim());

/** The filters live in the address: a finding can be sent to somebody as a link. */
export function AuditFilters({ search }: { readonly search: AuditSearch }) {
  const change = useChangeSearch();
  const [draft, setDraft] = useState<AuditSearch>(search);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change({ event: orNothing(draft.event), who: orNothing(draft.who), what: orNothing(draft.what) });
  };
  return (
    <form onSubmit={submit} className="mb-4 flex flex-wrap items-center gap-2">
      {INPUTS.map(({ name, label, placeholder }, index) => (
        <input
          key={name}
          className="control w-60 flex-1 sm:flex-none"
          aria-label={label}
          placeholder={placeholder}
          value={draft[name] ?? ''}
          onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
          {...(index === 0 ? { 'data-search': '' } : {})}
        />
      ))}
      <label className="flex items-center gap-1.5 px-1 text-sm">
        <input
          type="checkbox"
          className="accent-[var(--accent)]"
          checked={search.refused === 'true'}
          onChange={(event) => change({ refused: event.target.checked ? 'true' : undefined })}
        />
        only refused
      </label>
      <Button type="submit">Filter</Button>
    </form>
  );
}
