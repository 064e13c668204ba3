const PLAIN_NAME = 'holdfast_session';
// Browsers take a __Host- cookie only over TLS, for this host alone and for all paths (RFC 6265bis, 4.1.3).
const SECURE_NAME = `__Host-${PLAIN_NAME}`;

export interface CookieSettings {
  /** True for https, and for a forwarded https of a trusted proxy. */
  readonly isSecure: boolean;
}

/** The value of Set-Cookie that begins a session. `maxAgeSeconds` is what is left of it. */
export function sessionCookie(token: string, settings: CookieSettings & { readonly maxAgeSeconds: number }): string {
  return cookie(token, settings.isSecure, Math.max(0, Math.floor(settings.maxAgeSeconds)));
}

/** The value of Set-Cookie that removes it. */
export const clearedSessionCookie = ({ isSecure }: CookieSettings): string => cookie('', isSecure, 0);

const cookie = (value: string, isSecure: boolean, maxAgeSeconds: number): string =>
  `${isSecure ? SECURE_NAME : PLAIN_NAME}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;

/** The session's token in a Cookie header; the name of the secure form wins. */
export function readSessionCookie(header: string | undefined): string | undefined {
  const pairs = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) pairs.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return pairs.get(SECURE_NAME) ?? pairs.get(PLAIN_NAME);
}
