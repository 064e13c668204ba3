import type { GroupingComponent, NormalizedEvent } from '../types.ts';
import { browserReport } from './browser-report.ts';
import { absent, branch, leaf, silenced } from './component.ts';
import { type ExceptionComponents, exceptionComponents } from './exception-component.ts';
import { isTellingTemplate, normalizeMessage } from './message-text.ts';
import { baseName, familyOf } from './platform.ts';
import type { PreparedEvent, PreparedStack } from './prepare-stacks.ts';
import { stackComponents } from './stack-component.ts';

/** What an event is grouped by before fingerprints are looked at. */
export interface Draft {
  readonly id: 'app' | 'system' | 'default';
  readonly contributes: boolean;
  readonly hint?: string;
  readonly component: GroupingComponent;
}

export interface Drafts {
  readonly drafts: readonly Draft[];
  /** Index of the exception that the title is of. */
  readonly main: number;
}

interface Strategy {
  readonly name: string;
  readonly isPresent: boolean;
  readonly drafts: () => readonly Draft[];
}

/** From the most to the least telling; the first that contributes decides, the others are only named. */
export function draftVariants(prepared: PreparedEvent): Drafts {
  const { event } = prepared;
  const exceptions = prepared.exceptions.length === 0 ? undefined : exceptionComponents(prepared.exceptions);
  const strategies: readonly Strategy[] = [
    { name: 'message', isPresent: isCapturedMessage(event), drafts: () => messageDrafts(event) },
    { name: 'exception', isPresent: exceptions !== undefined, drafts: () => exceptionDrafts(exceptions) },
    { name: 'threads', isPresent: event.threads.length > 0, drafts: () => threadDrafts(prepared) },
    { name: 'stacktrace', isPresent: prepared.stack !== undefined, drafts: () => stackDrafts(prepared.stack) },
    { name: 'template', isPresent: event.template !== undefined, drafts: () => templateDrafts(event) },
    { name: 'report', isPresent: event.report !== undefined, drafts: () => reportDrafts(event) },
    { name: 'message', isPresent: event.message !== undefined, drafts: () => messageDrafts(event) },
  ];
  const main = exceptions?.main ?? -1;
  const passed: GroupingComponent[] = [];
  const present = strategies.filter((strategy) => strategy.isPresent);
  for (const [at, strategy] of present.entries()) {
    const drafts = strategy.drafts();
    if (drafts.some((draft) => draft.contributes)) {
      const later = present.slice(at + 1).filter(({ name }) => name !== strategy.name);
      const others = [...passed, ...later.map(({ name }) => absent(name, `${strategy.name} says more`))];
      return { main, drafts: drafts.map((draft) => withOthers(draft, others)) };
    }
    passed.push(...drafts.slice(0, 1).map(({ component }) => component));
  }
  return {
    main,
    drafts: passed.length === 0 ? [] : [{ id: 'default', contributes: false, component: branch('default', passed) }],
  };
}

const withOthers = (draft: Draft, others: readonly GroupingComponent[]): Draft => ({
  ...draft,
  component: branch(draft.id, [draft.component, ...others]),
});

/**
 * SDKs of JavaScript attach to every message the stack of where it was captured, from version 11 on without being
 * asked, as an exception without a type or as a stack of the event. The message is what people wrote to tell it from
 * others, and where it was captured is often one function for all of them; so there the message decides.
 */
export function isCapturedMessage(event: NormalizedEvent): boolean {
  if (messageText(event).trim() === '') return false;
  const [exception] = event.exceptions;
  if (exception === undefined) return event.type === 'message' && familyOf(event.platform) === 'javascript';
  return event.exceptions.length === 1 && exception.type === '' && exception.mechanism.synthetic;
}

const draft = (id: Draft['id'], component: GroupingComponent): Draft => ({
  id,
  contributes: component.contributes,
  component,
});

function exceptionDrafts(parts: ExceptionComponents | undefined): readonly Draft[] {
  if (parts === undefined) return [];
  const { app, system, appHasStack, systemHasStack } = parts;
  // A variant that has only types and texts would join what different stacks tell apart.
  if (systemHasStack && !appHasStack) return [disabled(app, 'no frame in app counts'), draft('system', system)];
  // Without any stack both are the same.
  return appHasStack ? [draft('app', app), draft('system', system)] : [draft('default', system)];
}

function disabled(component: GroupingComponent, hint: string): Draft {
  return { id: 'app', contributes: false, hint, component: silenced(component, hint) };
}

function stackDrafts(stack: PreparedStack | undefined): readonly Draft[] {
  if (stack === undefined) return [];
  const { app, system } = stackComponents(stack);
  if (!app.contributes) return [disabled(app, 'no frame in app counts'), draft('system', system)];
  return [draft('app', app), draft('system', system)];
}

/** One thread tells where it happened: the only one, the one that crashed, or the one that ran. */
function threadDrafts(prepared: PreparedEvent): readonly Draft[] {
  const { threads } = prepared.event;
  const crashed = threads.filter((thread) => thread.crashed);
  const current = threads.filter((thread) => thread.current);
  const chosen = [threads, crashed, current].find((list) => list.length === 1)?.[0];
  if (chosen === undefined) {
    const hint = `none of ${threads.length} threads is told to be the one`;
    return [{ id: 'app', contributes: false, hint, component: absent('threads', hint) }];
  }
  const stack = prepared.threads[threads.indexOf(chosen)];
  if (stack === undefined) {
    return [{ id: 'app', contributes: false, component: absent('threads', 'the thread has no stack') }];
  }
  return stackDrafts(stack).map((each) => ({ ...each, component: branch('threads', [each.component]) }));
}

function templateDrafts(event: NormalizedEvent): readonly Draft[] {
  const { template } = event;
  if (template === undefined) return [];
  const file = template.absPath === '' ? template.filename : template.absPath;
  const parts = [
    leaf('filename', baseName(template.filename === '' ? file : template.filename)),
    leaf('context-line', (template.contextLine ?? '').trim().replace(/\s+/g, ' ')),
  ];
  return [draft('default', branch('template', parts))];
}

function reportDrafts(event: NormalizedEvent): readonly Draft[] {
  const report = browserReport(event);
  return report === undefined ? [] : [draft('default', report.component)];
}

/** What was logged, before values were filled in where that is known. */
export function messageText(event: NormalizedEvent): string {
  const { message } = event;
  if (message === undefined) return '';
  const template = message.template ?? '';
  return template !== '' && (message.formatted === '' || isTellingTemplate(template)) ? template : message.formatted;
}

function messageDrafts(event: NormalizedEvent): readonly Draft[] {
  const text = messageText(event);
  if (text.trim() === '') return [];
  const normalized = normalizeMessage(text);
  const isTemplate = text === event.message?.template && text !== event.message.formatted;
  const hint = isTemplate
    ? 'the template, without its values'
    : normalized === text
      ? undefined
      : 'values in it are replaced';
  return [draft('default', leaf('message', normalized, hint === undefined ? {} : { hint }))];
}
