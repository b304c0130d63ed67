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

/** An identity provider that people may sign in by. */
export interface SignInProvider {
  /** As the button calls it. */
  name: string;
}

/** The provider that is configured; none where the server does not say. */
export async function loadSignInProvider(): Promise<SignInProvider | null> {
  try {
    const response = await fetch('/sign-in/methods', { credentials: 'same-origin' });
    return response.ok ? ((await response.json()) as { oidc: SignInProvider | null }).oidc : null;
  } catch {
    return null;
  }
}

/** Where a sign-in by the provider begins; afterwards it goes on to `next`. */
export const providerAddress = (next: string): string => `/sign-in/oidc?${new URLSearchParams({ next })}`;

/** Ends the session. */
export async function signOut(): Promise<void> {
  await fetch('/session', {
    method: 'DELETE',
    credentials: 'same-origin',
    headers: { 'apollo-require-preflight': '1' },
  }).catch(() => undefined);
}
