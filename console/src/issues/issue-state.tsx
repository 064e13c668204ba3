import type { EventLevel, Issue, IssuePriority } from '../api/issue-types.ts';
import { cx } from '../base/class-names.ts';
import { Tag } from '../parts/page.tsx';

const LEVELS: Readonly<Record<EventLevel, { readonly colour: string; readonly shape: React.ReactNode }>> = {
  fatal: {
    colour: 'text-broken',
    shape: <path d="M6 .3 11.7 6 6 11.7.3 6Z" fill="currentColor" />,
  },
  error: { colour: 'text-broken', shape: <circle cx="6" cy="6" r="4.6" fill="currentColor" /> },
  warning: { colour: 'text-warn', shape: <path d="M6 .8 11.6 11H.4Z" fill="currentColor" /> },
  info: {
    colour: 'text-accent',
    shape: <rect x="1.6" y="1.6" width="8.8" height="8.8" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  },
  debug: {
    colour: 'text-unknown',
    shape: <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 1.6" />,
  },
};

/** How bad an event says that it is: a shape, and for who cannot see it a word. */
export function LevelMark({ level, withWord = false }: { readonly level: EventLevel; readonly withWord?: boolean }) {
  const { colour, shape } = LEVELS[level];
  return (
    <span className={cx('inline-flex items-baseline gap-1.5', colour)} title={`level ${level}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true" className="size-3 shrink-0 self-center">
        {shape}
      </svg>
      <span className={withWord ? '' : 'sr-only'}>{level}</span>
    </span>
  );
}

interface StateLook {
  readonly word: string;
  readonly tone: 'plain' | 'warn' | 'accent';
}

/** The words of a state, the substatus before the status where it says more. */
export function stateLook(issue: Pick<Issue, 'status' | 'substatus'>): StateLook {
  const { status, substatus } = issue;
  if (status === 'resolved') return { word: 'Resolved', tone: 'plain' };
  if (status === 'ignored') {
    if (substatus === 'until-escalating') return { word: 'Ignored until it escalates', tone: 'plain' };
    return { word: substatus === 'until-condition' ? 'Ignored until…' : 'Ignored', tone: 'plain' };
  }
  if (substatus === 'regressed') return { word: 'Regressed', tone: 'warn' };
  if (substatus === 'escalating') return { word: 'Escalating', tone: 'warn' };
  return substatus === 'new' ? { word: 'New', tone: 'accent' } : { word: 'Ongoing', tone: 'plain' };
}

export function StateTag({ issue }: { readonly issue: Pick<Issue, 'status' | 'substatus'> }) {
  const { word, tone } = stateLook(issue);
  return <Tag tone={tone}>{word}</Tag>;
}

export const PRIORITIES = ['high', 'medium', 'low'] as const satisfies readonly IssuePriority[];
const BARS: Readonly<Record<IssuePriority, number>> = { high: 3, medium: 2, low: 1 };

/** One to three bars and the word. */
export function PriorityMark({ priority }: { readonly priority: IssuePriority }) {
  return (
    <span className="inline-flex items-baseline gap-1.5">
      <svg viewBox="0 0 13 10" aria-hidden="true" className="h-2.5 w-[13px] shrink-0 self-center">
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 5}
            y={6 - bar * 3}
            width="3"
            height={4 + bar * 3}
            fill={bar < BARS[priority] ? 'currentColor' : 'var(--line-2)'}
          />
        ))}
      </svg>
      <span className="capitalize">{priority}</span>
    </span>
  );
}

const initialsOf = (name: string): string =>
  name
    .split(/[\s@.]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join('');

/** Who works on it: initials with the name in the title, or an empty ring. */
export function Assignee({
  assignee,
  withName = false,
}: {
  readonly assignee: Issue['assignee'];
  readonly withName?: boolean;
}) {
  if (assignee === undefined)
    return (
      <span className="inline-flex items-center gap-1.5 text-ink-3" title="Nobody is assigned">
        <i aria-hidden="true" className="inline-block size-5 rounded-full border border-dashed border-edge" />
        <span className={withName ? '' : 'sr-only'}>Nobody</span>
      </span>
    );
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5" title={`Assigned to ${assignee.name}`}>
      <i
        aria-hidden="true"
        className="inline-flex size-5 shrink-0 items-center justify-center rounded-full bg-accent-soft text-[10px] font-semibold text-accent not-italic"
      >
        {initialsOf(assignee.name)}
      </i>
      <span className={withName ? 'truncate' : 'sr-only'}>{assignee.name}</span>
    </span>
  );
}
