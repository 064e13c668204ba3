import { branch, leaf } from './component.ts';
import { normalizeMessage } from './message-text.ts';
import type { PreparedEvent } from './prepare-stacks.ts';
import { type Drafts, draftVariants, messageText } from './strategies.ts';

/**
 * Algorithms side by side. One that is released is never changed, since the hashes that it made are stored: what
 * should be better is a new version beside it, and projects ask both for a while.
 */
export interface GroupingVersion {
  readonly id: string;
  readonly summary: string;
  readonly draft: (prepared: PreparedEvent) => Drafts;
}

export const DEFAULT_GROUPING_VERSION = 'holdfast-1:2026-11-22';

const VERSIONS: readonly GroupingVersion[] = [
  {
    id: DEFAULT_GROUPING_VERSION,
    summary: 'by exceptions and their frames in app, else by threads, reports of browsers and messages without values',
    draft: draftVariants,
  },
  {
    id: 'title-1:2026-11-22',
    summary: 'by the type and text of the caught exception (or the message) and the transaction, whatever the stack',
    draft: draftByTitle,
  },
];

export const GROUPING_VERSIONS: readonly {
  readonly id: string;
  readonly summary: string;
  readonly isDefault: boolean;
}[] = VERSIONS.map(({ id, summary }) => ({ id, summary, isDefault: id === DEFAULT_GROUPING_VERSION }));

export const findVersion = (id: string): GroupingVersion | undefined => VERSIONS.find((version) => version.id === id);

/** How small error trackers group, and what moving from one of them is the least change from. */
function draftByTitle(prepared: PreparedEvent): Drafts {
  const { event, exceptions } = prepared;
  const main = exceptions.length - 1;
  const exception = exceptions[main]?.exception;
  if (event.report !== undefined) return draftVariants(prepared);
  const type = exception?.type ?? '';
  const text = exception?.value || messageText(event);
  const component = branch('title', [
    leaf('type', type),
    leaf('value', normalizeMessage(text)),
    ...(type === '' && text === '' ? [] : [leaf('transaction', event.transaction)]),
  ]);
  return {
    main,
    drafts: [{ id: 'default', contributes: component.contributes, component: branch('default', [component]) }],
  };
}
