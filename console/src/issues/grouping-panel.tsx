import { useState } from 'react';
import type { EventView, Grouping, GroupingComponent } from '../api/issue-types.ts';
import { cx } from '../base/class-names.ts';
import { Tag } from '../parts/page.tsx';
import { Masked } from './masked.tsx';
import { Choice, Part } from './part.tsx';

function Component({ component, showsAll }: { readonly component: GroupingComponent; readonly showsAll: boolean }) {
  if (!showsAll && !component.contributes) return null;
  const texts = component.values.filter((value) => typeof value === 'string');
  const inner = component.values.filter((value) => typeof value !== 'string');
  return (
    <li className={cx('text-xs', !component.contributes && 'text-ink-3')}>
      <p className="flex flex-wrap items-baseline gap-x-2 py-0.5">
        <span className={cx(component.contributes ? 'font-medium' : 'line-through')}>{component.id}</span>
        {texts.map((text) => (
          <span key={text} className="font-mono break-all text-ink-2">
            <Masked text={text} />
          </span>
        ))}
        {component.hint !== undefined && <span className="text-ink-3 italic">{component.hint}</span>}
      </p>
      {inner.length > 0 && (
        <ul className="border-l border-line-2 pl-3.5">
          {inner.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a component is its place in the tree.
            <Component key={index} component={one} showsAll={showsAll} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Variant({
  variant,
  showsAll,
  isPrimary,
}: {
  readonly variant: Grouping['variants'][number];
  readonly showsAll: boolean;
  readonly isPrimary: boolean;
}) {
  if (!showsAll && !variant.contributes) return null;
  return (
    <div className="mb-3 border border-line bg-sheet px-3 py-2 last:mb-0">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm">
        <strong className="font-semibold">{variant.id}</strong>
        {isPrimary && <Tag tone="accent">decides</Tag>}
        {variant.hash !== undefined && <code className="text-xs break-all text-ink-2">{variant.hash}</code>}
        {variant.hint !== undefined && <span className="text-xs text-ink-3 italic">{variant.hint}</span>}
      </p>
      <ul className="mt-1">
        <Component component={variant.component} showsAll={showsAll} />
      </ul>
    </div>
  );
}

/** Why is this event in this issue: what of it was compared, and what was left out for which reason. */
export function GroupingPanel({ view }: { readonly view: EventView }) {
  const { grouping } = view;
  const [shown, setShown] = useState<'contributes' | 'all'>('contributes');
  return (
    <Part
      title="Why is this here"
      isClosed
      summary={grouping.matchedRule === undefined ? 'how it was grouped' : 'by a fingerprint rule'}
      action={
        <Choice
          label="Parts"
          value={shown}
          choices={[
            { value: 'contributes', label: 'What was compared' },
            { value: 'all', label: 'Everything' },
          ]}
          onChange={setShown}
        />
      }
    >
      <p className="mb-2 max-w-[72ch] text-sm text-ink-2">
        Events with the same hash are one issue. It is computed of the parts below by the algorithm{' '}
        <code>{grouping.version}</code>.
      </p>
      {grouping.matchedRule !== undefined && (
        <p className="mb-2 text-sm">
          The rule <code className="break-all">{grouping.matchedRule}</code> decided.
        </p>
      )}
      {grouping.variants.map((variant) => (
        <Variant
          key={variant.id}
          variant={variant}
          showsAll={shown === 'all'}
          isPrimary={variant.hash !== undefined && variant.hash === grouping.hashes[0]}
        />
      ))}
    </Part>
  );
}
