import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';
import { cx } from '../base/class-names.ts';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode;
}

/** Label above, help below it, the mistake in words beside the control. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [hint !== undefined && hintId, error !== undefined && errorId].filter(Boolean).join(' ');
  return (
    <div className="mb-3.5">
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {hint !== undefined && (
        <p id={hintId} className="mb-1 text-xs text-ink-3">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={errorId} className="mb-1 text-xs font-medium text-broken">
          {error}
        </p>
      )}
      {children({ id, describedBy: describedBy === '' ? undefined : describedBy })}
    </div>
  );
}

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly mono?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, hint, error, mono = false, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <input
          id={id}
          aria-describedby={describedBy}
          aria-invalid={error !== undefined}
          className={cx('control w-full', mono && 'font-mono', className)}
          {...rest}
        />
      )}
    </Field>
  );
}

interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly help?: string;
}

interface CheckListProps<T extends string> {
  readonly legend: string;
  readonly hint?: string;
  readonly choices: readonly Choice<T>[];
  readonly chosen: readonly T[];
  readonly onChange: (chosen: readonly T[]) => void;
  readonly columns?: boolean;
}

export function CheckList<T extends string>(props: CheckListProps<T>) {
  const toggle = (value: T): void =>
    props.onChange(
      props.chosen.includes(value) ? props.chosen.filter((one) => one !== value) : [...props.chosen, value],
    );
  return (
    <fieldset className="mb-3.5">
      <legend className="mb-1 text-sm font-medium">{props.legend}</legend>
      {props.hint !== undefined && <p className="mb-1 text-xs text-ink-3">{props.hint}</p>}
      <div className={props.columns === true ? 'grid grid-cols-2 gap-x-4' : ''}>
        {props.choices.map((choice) => (
          <label key={choice.value} className="flex min-h-[24px] items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-[var(--accent)]"
              checked={props.chosen.includes(choice.value)}
              onChange={() => toggle(choice.value)}
            />
            <span>
              {choice.label}
              {choice.help !== undefined && <span className="text-ink-3"> – {choice.help}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
