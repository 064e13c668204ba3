import type { Breadcrumb, JsonObject } from '../types.ts';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';
import type { EventMask } from './masking.ts';
import { isObject, listOf, present, textOf, timeOf } from './reading.ts';

/** What happened before, oldest first; the newest are kept. Their clock is the event's, so it is corrected alike. */
export function normalizeBreadcrumbs(value: unknown, driftMs: number, mask: EventMask): readonly Breadcrumb[] {
  const sent = listOf(value).filter(isObject);
  if (sent.length > LIMITS.breadcrumbsMax) {
    mask.remark('breadcrumbs', `the last ${LIMITS.breadcrumbsMax} of ${sent.length} kept`);
  }
  return sent.slice(-LIMITS.breadcrumbsMax).map((crumb) => normalizeCrumb(crumb, driftMs, mask));
}

function normalizeCrumb(crumb: JsonObject, driftMs: number, mask: EventMask): Breadcrumb {
  const word = (value: unknown, otherwise: string): string =>
    mask.text(textOf(value) || otherwise, LIMITS.nameLengthMax);
  const time = timeOf(crumb.timestamp);
  const { data } = crumb;
  return {
    ...present('timeMs', time === undefined ? undefined : Math.max(0, Math.round(time + driftMs))),
    type: word(crumb.type, 'default'),
    category: word(crumb.category, ''),
    level: word(crumb.level, 'info'),
    message: mask.text(textOf(crumb.message), LIMITS.messageLengthMax, 'breadcrumbs.message'),
    ...present('data', data === undefined || data === null ? undefined : dataOf(data, mask)),
  };
}

function dataOf(data: unknown, mask: EventMask): JsonObject {
  const object = isObject(data) ? data : { value: textOf(data) };
  return mask.object(object, { field: 'breadcrumbs.data', bytesMax: LIMITS.crumbBytesMax });
}
