/**
 * A condition on single events, for the store of events to translate. It is complete: names are already told apart
 * into columns and tags, times and words such as `latest` are already resolved.
 */
export type EventCondition =
  | { readonly type: 'all'; readonly conditions: readonly EventCondition[] }
  | { readonly type: 'any'; readonly conditions: readonly EventCondition[] }
  | {
      readonly type: 'match';
      readonly field: EventField;
      /** Holds when the field is like one of these. */
      readonly patterns: readonly TextPattern[];
      readonly isNegated: boolean;
    }
  /** The event has the field and it is not empty. */
  | { readonly type: 'has'; readonly field: EventField; readonly isNegated: boolean };

/** `column` names are those of StoredEvent that hold text. */
export type EventField =
  | {
      readonly type: 'column';
      readonly name:
        | 'eventId'
        | 'type'
        | 'level'
        | 'platform'
        | 'title'
        | 'culprit'
        | 'message'
        | 'transaction'
        | 'release'
        | 'dist'
        | 'environment'
        | 'serverName'
        | 'userKey'
        | 'traceId'
        | 'sdk';
    }
  | { readonly type: 'tag'; readonly key: string }
  /** A part of the user, who may be counted by another part: an address of somebody who has an id, too. */
  | { readonly type: 'user'; readonly name: 'id' | 'email' | 'username' | 'ip' };

/** Texts between wildcards: one piece is the text itself; `['a', '']` begins with `a`. Compared without regard to case. */
export interface TextPattern {
  readonly pieces: readonly string[];
}
