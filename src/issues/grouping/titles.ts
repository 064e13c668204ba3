import { clip } from '../../base/index.ts';
import type { EventException } from '../types.ts';
import { browserReport } from './browser-report.ts';
import type { CrashFrame } from './crash-frame.ts';
import { ISSUES_GROUPING_LIMITS } from './limits.ts';
import type { PreparedEvent } from './prepare-stacks.ts';
import { isCapturedMessage } from './strategies.ts';

export interface Titles {
  readonly title: string;
  readonly titleType: string;
  readonly titleValue: string;
  readonly culprit: string;
}

/** What people read in lists: what happened and where. */
export function titlesOf(prepared: PreparedEvent, main: number, crash: CrashFrame | undefined): Titles {
  const { event } = prepared;
  const report = browserReport(event);
  const said = firstLine(event.message?.formatted || event.message?.template || '');
  if (report !== undefined) return { ...oneText(said || report.title), culprit: shortCulprit(report.culprit) };
  const culprit = shortCulprit(event.transaction || placeOf(crash) || pathOf(event.request?.url ?? ''));
  const exception = prepared.exceptions[main]?.exception;
  if (exception !== undefined && !isCapturedMessage(event)) return { ...ofException(exception, crash, said), culprit };
  const fallback = crash?.facts.hasFunction === true ? crash.facts.function : '';
  return { ...oneText(said || firstLine(exception?.value ?? '') || fallback || '<unlabeled event>'), culprit };
}

/** A signal like SIGSEGV says less than the function in which it was raised. */
function ofException(
  exception: EventException,
  crash: CrashFrame | undefined,
  message: string,
): Omit<Titles, 'culprit'> {
  const place = crash?.facts.hasFunction === true ? crash.facts.function : '';
  const isSignal = exception.mechanism.synthetic && crash?.facts.family === 'native';
  const isMadeUp = exception.type === '' || isSignal;
  const type = isMadeUp ? place || exception.type : exception.type;
  const value = firstLine(exception.value) || (type === '' ? message : '');
  return joined(type || (value === '' ? '<unlabeled event>' : 'Error'), value);
}

export function joined(type: string, value: string): Omit<Titles, 'culprit'> {
  const max = ISSUES_GROUPING_LIMITS.titleCharsMax;
  const title = value === '' ? type : `${type}: ${value}`;
  return { title: clip(title, max), titleType: clip(type, max), titleValue: clip(value, max) };
}

const oneText = (text: string): Omit<Titles, 'culprit'> => joined(text, '');

function firstLine(text: string): string {
  const trimmed = text.trimStart();
  const end = trimmed.search(/[\r\n]/);
  return (end < 0 ? trimmed : trimmed.slice(0, end)).trimEnd();
}

function placeOf(crash: CrashFrame | undefined): string {
  if (crash === undefined) return '';
  const { facts } = crash;
  const name = facts.hasFunction ? facts.function : '?';
  if (facts.family === 'native') return facts.hasFunction ? name : facts.package;
  const place = facts.module || facts.filename || facts.path;
  if (place === '') return facts.hasFunction ? name : '';
  return facts.family === 'javascript' ? `${name}(${place})` : `${place} in ${name}`;
}

function pathOf(url: string): string {
  if (!URL.canParse(url)) return url.replace(/[?#].*$/, '');
  const { host, pathname } = new URL(url);
  return host + pathname;
}

const shortCulprit = (text: string): string => clip(text, ISSUES_GROUPING_LIMITS.culpritCharsMax);
