/** How a try to sign in ended. */
export type SignInOutcome =
  | { kind: 'signed-in' }
  | { kind: 'refused' }
  | { kind: 'too-many'; retryAfterSeconds: number }
  | { kind: 'unreachable' }
  | { kind: 'failed' };

/** Asks the gateway for a session; it answers with an HttpOnly cookie that scripts never see. */
export async function signIn(email: string, password: string): Promise<SignInOutcome> {
  try {
    const response = await fetch('/session', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', 'apollo-require-preflight': '1' },
      body: JSON.stringify({ email, password }),
    });
    if (response.ok) return { kind: 'signed-in' };
    if (response.status === 429) {
      return { kind: 'too-many', retryAfterSeconds: Number(response.headers.get('retry-after') ?? 60) };
    }
    if (response.status === 400 || response.status === 401 || response.status === 403) return { kind: 'refused' };
    return response.status >= 502 ? { kind: 'unreachable' } : { kind: 'failed' };
  } catch {
    return { kind: 'unreachable' };
  }
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await fetch('/session', {
    method: 'DELETE',
    credentials: 'same-origin',
    headers: { 'apollo-require-preflight': '1' },
  }).catch(() => undefined);
}
