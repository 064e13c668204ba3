import { clip, storableText } from '../../../base/index.ts';
import type { EventLevel, GroupedEvent, IssuePriority, NormalizedEvent } from '../../types.ts';
import { ISSUES_TRACKING_LIMITS as LIMITS } from '../limits.ts';

/** What an issue and a hash take from the event that they were made for; names are those of columns. */
export interface SeenFacts {
  readonly priority: IssuePriority;
  readonly columns: {
    readonly level: EventLevel;
    readonly type: NormalizedEvent['type'];
    readonly platform: string;
    readonly title: string;
    readonly title_type: string;
    readonly title_value: string;
    readonly culprit: string;
    readonly first_seen_ms: number;
    readonly handled: boolean;
  };
}

const line = (text: string, charsMax: number): string => storableText(clip(text, charsMax));

export function seenFacts({ event, grouping }: GroupedEvent): SeenFacts {
  const handled = event.exceptions.every(({ mechanism }) => mechanism.handled !== false);
  return {
    priority: priorityOf(event.level, handled),
    columns: {
      level: event.level,
      type: event.type,
      platform: line(event.platform, LIMITS.culpritChars),
      title: line(grouping.title, LIMITS.titleChars),
      title_type: line(grouping.titleType, LIMITS.titleChars),
      title_value: line(grouping.titleValue, LIMITS.titleValueChars),
      culprit: line(grouping.culprit, LIMITS.culpritChars),
      first_seen_ms: event.timeMs,
      handled,
    },
  };
}

/** Where an issue begins until somebody says otherwise: what nobody caught is more urgent than what somebody did. */
function priorityOf(level: EventLevel, handled: boolean): IssuePriority {
  if (level === 'fatal' || (level === 'error' && !handled)) return 'high';
  return level === 'error' || level === 'warning' ? 'medium' : 'low';
}
