import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiFailure } from '../api/client.ts';
import { changePassword, SESSION_KEY } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { LonePage } from './sign-in.tsx';

const PASSWORD_LENGTH_MIN = 12;

function mistakeIn(next: string, again: string, current: string): string | undefined {
  if (next.length < PASSWORD_LENGTH_MIN)
    return `Use at least ${PASSWORD_LENGTH_MIN} characters; this has ${next.length}.`;
  if (next === current) return 'Choose another password than the generated one.';
  if (next !== again) return 'The two new passwords differ.';
  return undefined;
}

function Failure({ error }: { readonly error: unknown }) {
  if (error instanceof ApiFailure && (error.status === 401 || error.status === 403))
    return (
      <Notice tone="broken" role="alert" title="That is not the present password.">
        It is the one you have just signed in with.
      </Notice>
    );
  return <FailureNotice error={error} />;
}

interface Fields {
  readonly current: string;
  readonly next: string;
  readonly again: string;
}

interface PasswordFieldsProps {
  readonly fields: Fields;
  readonly mistake: string | undefined;
  readonly onChange: (fields: Fields) => void;
}

function PasswordFields({ fields, mistake, onChange }: PasswordFieldsProps) {
  const change = (name: keyof Fields) => (event: { readonly target: { readonly value: string } }) =>
    onChange({ ...fields, [name]: event.target.value });
  return (
    <>
      <TextField
        label="Present password"
        type="password"
        autoComplete="current-password"
        required
        value={fields.current}
        onChange={change('current')}
      />
      <TextField
        label="New password"
        hint={`At least ${PASSWORD_LENGTH_MIN} characters. A few unrelated words are good.`}
        type="password"
        autoComplete="new-password"
        required
        error={mistake}
        value={fields.next}
        onChange={change('next')}
      />
      <TextField
        label="New password again"
        type="password"
        autoComplete="new-password"
        required
        value={fields.again}
        onChange={change('again')}
      />
    </>
  );
}

/** The generated password has been printed on a terminal, so it must not stay in use. */
export function ChangePasswordPage({ email }: { readonly email: string }) {
  const client = useQueryClient();
  const [fields, setFields] = useState({ current: '', next: '', again: '' });
  const [mistake, setMistake] = useState<string>();
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = mistakeIn(fields.next, fields.again, fields.current);
    setMistake(found);
    if (found !== undefined) return;
    try {
      await changePassword(fields.current, fields.next);
      await client.invalidateQueries({ queryKey: SESSION_KEY });
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <LonePage
      title="Choose your own password"
      lead="The one you signed in with was generated and has been shown on a screen."
    >
      <form onSubmit={(event) => void submit(event)}>
        {error !== undefined && (
          <div className="mb-4">
            <Failure error={error} />
          </div>
        )}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <PasswordFields fields={fields} mistake={mistake} onChange={setFields} />
        <Button type="submit" tone="accent" className="mt-1 h-9! w-full">
          Change the password
        </Button>
      </form>
    </LonePage>
  );
}
