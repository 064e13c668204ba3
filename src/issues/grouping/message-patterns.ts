/**
 * Values in messages that differ from event to event. Each pattern begins where a word begins and has bounded parts,
 * so that no text makes it go back further than the length of one value; they are applied one after the other.
 */
export interface MessagePattern {
  readonly name: string;
  readonly pattern: RegExp;
  /** What the text must hold for the pattern to be tried. */
  readonly needs?: 'digit' | '@' | '://' | '.' | '=' | ':';
  /** A second look at what was found. */
  readonly accepts?: (found: string) => boolean;
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const DAY = '(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]{0,6}';
const ZONE = '(?:[+-]\\d{2}:?\\d{2}|Z|UTC|UT|GMT|[ECMP][SD]T)';
const TIME = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?';

/** From the most to the least precise, as the first that fits takes the text. */
const DATES: readonly string[] = [
  // RFC 822, 850, 1123 and what JavaScript and Python print
  `${DAY},? \\d{1,2}[ -]${MONTH}[ -]\\d{2,4} ${TIME}(?: ${ZONE})?`,
  `${DAY} ${MONTH} {1,2}\\d{1,2} \\d{4} ${TIME} GMT[+-]\\d{4}(?: \\([^()]{1,60}\\))?`,
  `(?:${DAY} )?${MONTH} {1,2}\\d{1,2} ${TIME}(?: ${ZONE})? \\d{4}`,
  `\\d{1,2} ${MONTH} \\d{4}(?: ${TIME}(?: ?${ZONE})?)?`,
  // RFC 3339, ISO 8601, and databases
  `\\d{4}-\\d{2}-\\d{2}[T ]${TIME}(?: ?${ZONE})?`,
  `\\d{8}T\\d{4}(?:\\d{2})?(?:\\.\\d{1,9})?${ZONE}?`,
  // Logs of web servers
  `\\d{1,2}/${MONTH}/\\d{4}:${TIME}(?: ${ZONE})?`,
  `(?:${DAY},? )?${MONTH} \\d{1,2},? \\d{4}(?:,? ${TIME}(?: ?[AaPp][Mm])?)?`,
  `\\d{4}[-/]\\d{2}[-/]\\d{2}(?: ${TIME})?`,
  `\\d{1,2}/\\d{1,2}/\\d{4}(?:,? ${TIME}(?: ?[AaPp][Mm])?)?`,
  `\\d{1,2}\\.\\d{1,2}\\.(?:19|20)\\d{2}(?: ${TIME})?`,
  'datetime\\.(?:datetime|date|time)\\([^()]{0,200}(?:\\([^()]{0,100}\\)[^()]{0,100})?\\)',
  // A time of day alone
  `${TIME} ?[AaPp][Mm]`,
  '(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d{1,9})?)?',
];

/** Names of hosts end in these. Those that are words of programs as well count only after two other parts. */
const TOP_LEVELS =
  'com|net|org|info|biz|dev|app|cloud|xyz|online|site|tech|shop|edu|gov|mil|int|eu|de|uk|fr|nl|pl|ru|ch|es|se|dk|fi|cz|pt|gr|hu|ro|ua|tr|jp|cn|kr|tw|hk|sg|au|nz|ca|mx|br|ar|cl|za|il|ae|us|ie|io|ai|local|internal|lan|localdomain|arpa|amazonaws';
const AMBIGUOUS_TOP_LEVELS = 'in|it|at|be|no|co|tv|cc|ly|gg|fm|svc';
/** Objects of programs have parts with dots between them too. */
const NOT_OF_PROGRAMS =
  '(?!(?:this|self|window|document|process|console|req|request|res|response|event|props|state|module|exports)\\.)';

const LABEL = '[A-Za-z0-9_-]{1,63}';

const isOneCase = (text: string): boolean => text === text.toLowerCase() || text === text.toUpperCase();

/** Letters and digits in turn, as people do not write words: `V1StGXR8Z5jdHi6B`, `01ARZ3NDEKTSV4RRFFQ69G5FAV`. */
function isRandom(found: string): boolean {
  const body = found.replace(/^[a-z]{2,8}_/, '');
  const digits = body.replace(/\D/g, '').length;
  const turns = body.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
  return digits >= 3 && digits <= body.length - 3 && turns >= 4;
}

function isAddress(found: string): boolean {
  const text = found.replace(/%.*$/, '');
  if (text.startsWith(':') && !text.startsWith('::')) return false;
  const groups = text.split('::');
  const count = text.split(':').filter((group) => group !== '').length;
  if (groups.length > 2 || /:::/.test(text)) return false;
  return groups.length === 2 ? count <= 7 : count === 8 || (count === 7 && text.includes('.'));
}

export const MESSAGE_PATTERNS: readonly MessagePattern[] = [
  {
    name: 'email',
    needs: '@',
    pattern: /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}/g,
  },
  { name: 'url', needs: '://', pattern: /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s"'<>`]{1,2000}/g },
  {
    name: 'ip',
    needs: 'digit',
    pattern: /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)/g,
  },
  { name: 'mac', needs: ':', pattern: /(?<![\w:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:])/g },
  {
    name: 'ip',
    needs: ':',
    pattern:
      /(?<![\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{0,40}:[0-9A-Fa-f]{0,4}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?:%\w{1,20})?(?![\w:])/g,
    accepts: isAddress,
  },
  {
    name: 'hostname',
    needs: '.',
    pattern: new RegExp(
      `(?<![\\w.@-])${NOT_OF_PROGRAMS}(?:(?:${LABEL}\\.){1,8}(?:${TOP_LEVELS}|${TOP_LEVELS.toUpperCase()})|(?:${LABEL}\\.){2,8}(?:${AMBIGUOUS_TOP_LEVELS}))(?![\\w-]|\\.\\w|\\(| is (?:not|undefined|null))`,
      'g',
    ),
  },
  {
    name: 'traceparent',
    needs: 'digit',
    pattern: /(?<!\w)(?:[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|1-[0-9a-f]{8}-[0-9a-f]{24})(?!\w)/g,
  },
  {
    name: 'uuid',
    needs: 'digit',
    pattern:
      /(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])/g,
  },
  { name: 'sha1', needs: 'digit', pattern: /(?<![A-Za-z0-9])[0-9A-Fa-f]{40}(?![A-Za-z0-9])/g, accepts: isOneCase },
  { name: 'md5', needs: 'digit', pattern: /(?<![A-Za-z0-9])[0-9A-Fa-f]{32}(?![A-Za-z0-9])/g, accepts: isOneCase },
  { name: 'date', needs: 'digit', pattern: new RegExp(`(?<![\\w.:/-])(?:${DATES.join('|')})(?![\\w:/])`, 'g') },
  {
    name: 'duration',
    needs: 'digit',
    pattern:
      /(?<![\w.])(?:\d{1,12}h)?(?:\d{1,12}m)?\d{1,15}(?:\.\d{1,15})?\s?(?:ns|us|µs|ms|s|m|h|msecs?|secs?|mins?|hrs?|(?:milli|micro|nano)?seconds?|minutes?|hours?|days?)(?!\w)/g,
  },
  { name: 'size', needs: 'digit', pattern: /(?<![\w.])\d{1,15}(?:\.\d{1,15})?\s?(?:[kKMGTP]i?[Bb]|bytes?)(?!\w)/g },
  { name: 'swift-transaction', needs: 'digit', pattern: /(?<!\w)tx[0-9a-f]{21}-[0-9a-f]{10}\S{0,100}/g },
  { name: 'hex', needs: 'digit', pattern: /(?<!\w)0[xX][0-9A-Fa-f]{1,128}(?!\w)/g },
  {
    name: 'number',
    needs: 'digit',
    pattern: /(?<![A-Za-z0-9])(?=[a-fA-F]{0,127}\d)(?:[0-9a-f]{7,128}|[0-9A-F]{8,128})(?![A-Za-z0-9])/g,
  },
  {
    name: 'random-id',
    needs: 'digit',
    pattern: /(?<![A-Za-z0-9_-])(?:[a-z]{2,8}_)?[A-Za-z0-9][A-Za-z0-9_-]{13,127}(?![A-Za-z0-9_-])/g,
    accepts: isRandom,
  },
  // The end of a name that Kubernetes made up: its letters leave out vowels.
  {
    name: 'pod',
    needs: 'digit',
    pattern:
      /(?<=[a-z0-9]-)(?:[bcdfghjklmnpqrstvwxz2456789]{8,10}|<number>)-[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w-])/g,
  },
  {
    name: 'number',
    needs: 'digit',
    pattern: /(?:(?<![\w.])-|(?<![A-Za-z0-9_]))\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,4})?(?![A-Za-z0-9_])/g,
  },
  { name: 'number', needs: 'digit', pattern: /(?<=[A-Za-z]_)\d{3,30}(?![A-Za-z0-9])/g },
  { name: 'quoted', needs: '=', pattern: /(?<==)(?:'[^']{1,500}'|"[^"]{1,500}")/g },
  { name: 'bool', needs: '=', pattern: /(?<==)(?:[Tt]rue|[Ff]alse)(?!\w)/g },
];
