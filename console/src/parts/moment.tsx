import { formatRelative, formatTime, type Precision, zoneName } from '../base/format.ts';
import { useNow } from '../base/now.ts';
import { usePreferences } from '../base/preferences.ts';

/** A time as text in the chosen zone. */
export function Moment({ at, precision = 'second' }: { readonly at: number; readonly precision?: Precision }) {
  const { zone } = usePreferences();
  return (
    <time dateTime={new Date(at).toISOString()} title={`${formatTime(at, zone, 'ms')} ${zoneName(zone, at)}`}>
      {formatTime(at, zone, precision)}
    </time>
  );
}

/** `3 min ago`; the exact time stands in the title and on paper. */
export function Ago({ at }: { readonly at: number }) {
  const { zone } = usePreferences();
  const now = useNow();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={`${formatTime(at, zone, 'ms')} ${zoneName(zone, at)}`}
      className="whitespace-nowrap"
    >
      {formatRelative(at, Math.max(now, Date.now()))}
    </time>
  );
}
