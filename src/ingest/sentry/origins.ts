/**
 * Whether a page of this origin may send. An entry is `*`, an origin (`https://shop.example`), a host with or without a
 * port (`:*` for any), or `*.` and a host for all below it. Requests without an origin come from no page and are not asked.
 */
export function isOriginAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined || origin === '' || allowed.includes('*')) return true;
  const sent = partsOf(origin);
  return sent !== undefined && allowed.some((entry) => fits(sent, entry.trim().toLowerCase()));
}

interface OriginParts {
  readonly origin: string;
  readonly host: string;
  readonly hostname: string;
}

function partsOf(origin: string): OriginParts | undefined {
  try {
    const url = new URL(origin);
    return { origin: `${url.protocol}//${url.host}`, host: url.host, hostname: url.hostname };
  } catch {
    // `null`, of files and sandboxed frames, is none that an entry could name.
    return undefined;
  }
}

function fits({ origin, host, hostname }: OriginParts, entry: string): boolean {
  const schemeEnd = entry.indexOf('://');
  const scheme = schemeEnd < 0 ? '*' : entry.slice(0, schemeEnd);
  if (scheme !== '*' && !origin.startsWith(`${scheme}://`)) return false;
  const rest = (schemeEnd < 0 ? entry : entry.slice(schemeEnd + 3)).replace(/\/+$/, '');
  const anyPort = rest.endsWith(':*');
  const name = anyPort ? rest.slice(0, -2) : rest;
  const isBelow = name.startsWith('*.');
  const matches = (sent: string): boolean => (isBelow ? sent.endsWith(name.slice(1)) : sent === name);
  // Without a scheme the port was left open too, as with `shop.example`.
  return name === '*' || matches(host) || ((anyPort || schemeEnd < 0) && matches(hostname));
}
