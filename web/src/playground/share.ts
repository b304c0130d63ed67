/** What a link to the playground carries. */
export interface Shared {
  query: string;
  variables: string;
}

const name = 'share=';

/** Longest link that is made or read; browsers and messengers cut longer ones. */
const longest = 16_000;

/**
 * The part of an address that carries a query and its variables. It stands behind the `#`, which browsers keep to themselves, so
 * no server and no log gets to see it; headers, which may hold a token, are left out. Undefined where it would be too long.
 */
export function toShareHash({ query, variables }: Shared): string | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify({ query, variables }));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const hash = `#${name}${text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
  return hash.length > longest ? undefined : hash;
}

/** What a link carries; undefined for one that carries nothing of ours. Nothing of it is run until the reader does. */
export function fromShareHash(hash: string): Shared | undefined {
  if (!hash.startsWith(`#${name}`) || hash.length > longest) return undefined;
  try {
    const text = atob(
      hash
        .slice(name.length + 1)
        .replaceAll('-', '+')
        .replaceAll('_', '/'),
    );
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const { query, variables } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<
      string,
      unknown
    >;
    return typeof query === 'string' && typeof variables === 'string' ? { query, variables } : undefined;
  } catch {
    return undefined;
  }
}
