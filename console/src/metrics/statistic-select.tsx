import { useState } from 'react';

const BASIC = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'];
const SPREAD = ['p50', 'p90', 'p99', 'p99.9', 'tm90', 'tm99', 'TM(10%:90%)', 'IQM', 'wm95'];
const OTHER = 'other';

/** Any statistic that CloudWatch knows: the usual ones by choice, the others by their name. */
export function StatisticSelect({
  value,
  label,
  onChange,
}: {
  readonly value: string;
  readonly label: string;
  readonly onChange: (statistic: string) => void;
}) {
  const [typing, setTyping] = useState(false);
  const known = [...BASIC, ...SPREAD];
  if (typing)
    return (
      <input
        className="control w-32 font-mono text-xs"
        aria-label={`${label}, by name`}
        // biome-ignore lint/a11y/noAutofocus: the field takes the place of the choice that asked for it.
        autoFocus
        defaultValue={value}
        placeholder="p99.9, tm95, PR(:300)"
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
        onBlur={(event) => {
          setTyping(false);
          if (event.target.value.trim() !== '') onChange(event.target.value.trim());
        }}
      />
    );
  return (
    <select
      className="control"
      aria-label={label}
      value={value}
      onChange={(event) => (event.target.value === OTHER ? setTyping(true) : onChange(event.target.value))}
    >
      {!known.includes(value) && <option value={value}>{value}</option>}
      <optgroup label="Of all values">
        {BASIC.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </optgroup>
      <optgroup label="Percentiles and trimmed">
        {SPREAD.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </optgroup>
      <option value={OTHER}>another…</option>
    </select>
  );
}
