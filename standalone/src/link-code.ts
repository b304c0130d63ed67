/** A code that connects a chat to the administrator's account, asked of the graph as a page would. */
export async function linkCode(signInLink: string): Promise<string> {
  const signedIn = await fetch(signInLink, { redirect: 'manual' });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const answer = await fetch(new URL('/graphql', signInLink), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie },
    body: JSON.stringify({ query: 'mutation StartLinkCode { createTelegramLinkCode { code } }' }),
  });
  const { data } = (await answer.json()) as { data?: { createTelegramLinkCode: { code: string } | null } };
  const code = data?.createTelegramLinkCode?.code;
  if (!code) throw new Error('The graph gave no code to connect a chat with.');
  return code;
}
