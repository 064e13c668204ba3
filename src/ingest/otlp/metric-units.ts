/** UCUM, as OpenTelemetry writes units, in the words of CloudWatch. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['s', 'Seconds'],
  ['ms', 'Milliseconds'],
  ['us', 'Microseconds'],
  ['By', 'Bytes'],
  ['kBy', 'Kilobytes'],
  ['MBy', 'Megabytes'],
  ['GBy', 'Gigabytes'],
  ['TBy', 'Terabytes'],
  ['bit', 'Bits'],
  ['kbit', 'Kilobits'],
  ['Mbit', 'Megabits'],
  ['Gbit', 'Gigabits'],
  ['Tbit', 'Terabits'],
  ['%', 'Percent'],
]);

/** Annotations such as `{request}` count things. What CloudWatch has no word for is `None`. */
export function unitOf(ucum: string): string {
  const perSecond = ucum.endsWith('/s');
  const plain = perSecond ? ucum.slice(0, -2) : ucum;
  const word = UNITS.get(plain) ?? (/^\{[^{}]*\}$/.test(plain) ? 'Count' : undefined);
  if (word === undefined) return 'None';
  if (!perSecond) return word;
  return word === 'Percent' || word.endsWith('econds') ? 'None' : `${word}/Second`;
}
