/** Cookie that holds the access token of a session. */
export const sessionCookie = 'cda_session';

/** Cookie that holds the refresh token of a session. */
export const refreshCookie = 'cda_refresh';

/** The cookies of a request by name; the first of a name counts. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals).trim();
    if (equals > 0 && !cookies.has(name)) cookies.set(name, pair.slice(equals + 1).trim());
  }
  return cookies;
}

/** A Set-Cookie value that scripts cannot read and other sites do not send. Without a value it takes the cookie away. */
export function setCookie(name: string, value: string | undefined, expiresAt: Date, secure: boolean): string {
  const end = value === undefined ? new Date(0) : expiresAt;
  return `${name}=${value ?? ''}; Path=/; Expires=${end.toUTCString()}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
