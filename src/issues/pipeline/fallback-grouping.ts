import { createHash } from 'node:crypto';
import { clip } from '../../base/index.ts';
import type { GroupingResult, NormalizedEvent } from '../types.ts';
import { ISSUES_PIPELINE_LIMITS as LIMITS } from './limits.ts';

/** How an event is grouped that the algorithm failed on: by type and message, so that it is seen and counted. */
export function fallbackGrouping(event: NormalizedEvent): GroupingResult {
  const last = event.exceptions.at(-1);
  const titleType = clip(last?.type ?? '', LIMITS.titleLengthMax);
  const titleValue = clip(last?.value ?? event.message?.formatted ?? '', LIMITS.titleLengthMax);
  const title = [titleType, titleValue].filter((part) => part !== '').join(': ') || 'An event without a message';
  const hash = createHash('md5')
    .update(JSON.stringify([event.type, titleType, titleValue]))
    .digest('hex');
  const hint = 'grouped by type and message, because its grouping failed';
  const component = { id: 'fallback', contributes: true, hint, values: [titleType, titleValue] };
  return {
    version: FALLBACK_VERSION,
    hashes: [hash],
    variants: [{ id: 'fallback', contributes: true, hint, hash, component }],
    title: clip(title, LIMITS.titleLengthMax),
    titleType,
    titleValue,
    culprit: clip(event.transaction, LIMITS.titleLengthMax),
    inApp: [],
  };
}

const FALLBACK_VERSION = 'fallback';
