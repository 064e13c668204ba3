import type { Clock, Log } from '../../base/index.ts';
import type { Alerting } from '../../notify/index.ts';

const KEY = 'alarms:blind';
const SHOWN_MAX = 20;

export interface BlindReport {
  /** The alarm cannot be evaluated, and why. */
  readonly add: (alarmName: string, message: string) => void;
  readonly remove: (alarmName: string) => void;
  readonly size: () => number;
  readonly messageOf: (alarmName: string) => string | undefined;
  /** Tells people when the set of blind alarms changed; one alert for all of them, however many. */
  readonly tell: () => Promise<void>;
}

/** Blindness is an alarm: alarms that cannot be evaluated are told of as one alert that lasts while any is blind. */
export function createBlindReport(deps: {
  readonly alerting: Alerting;
  readonly clock: Clock;
  readonly log: Log;
}): BlindReport {
  const blind = new Map<string, string>();
  // Nothing is known at the start: an alert that an earlier process left firing may have to end.
  let told: string | undefined;
  return {
    add: (alarmName, message) => {
      blind.set(alarmName, message);
    },
    remove: (alarmName) => {
      blind.delete(alarmName);
    },
    size: () => blind.size,
    messageOf: (alarmName) => blind.get(alarmName),
    tell: async () => {
      const names = [...blind.keys()].sort();
      const mark = names.join('\n');
      if (mark === told) return;
      const shown = names.slice(0, SHOWN_MAX).map((name) => `${name}: ${blind.get(name) ?? ''}`);
      const more = names.length > SHOWN_MAX ? [`and ${names.length - SHOWN_MAX} more`] : [];
      try {
        await deps.alerting.raise({
          key: KEY,
          state: names.length > 0 ? 'firing' : 'resolved',
          severity: 'high',
          source: 'alarm',
          title:
            names.length > 0 ? `${names.length} alarm(s) cannot be evaluated` : 'all alarms can be evaluated again',
          body: [...shown, ...more, 'Alarms that cannot be evaluated keep their state and notice nothing.'].join('\n'),
          labels: { alarms: 'blind' },
          path: '/alarms',
          atMs: deps.clock.nowMs(),
        });
        told = mark;
      } catch (error) {
        deps.log.error({ reason: String(error) }, 'notify did not take that alarms are blind; it is offered again');
      }
    },
  };
}
