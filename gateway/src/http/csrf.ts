import type { IncomingHttpHeaders } from 'node:http';

/** Headers that a page of another site can send only after a preflight, which this gateway does not grant to it. */
const preflighted = ['apollo-require-preflight', 'x-apollo-operation-name', 'x-cda-locale', 'authorization'] as const;

/**
 * Whether a request that is signed in by cookie may have been made by a page of another site.
 *
 * A browser that sends Sec-Fetch-Site says where a request comes from, and no page can change that. Older browsers do not:
 * there an Origin that is not ours tells it, and without one a header or content type that needs a preflight is proof.
 * Nothing else is, so an address typed into such a browser is refused as well.
 */
export function mayBeForged(method: string, headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return false;
  // Typed in or bookmarked: it cannot change anything as long as it is a read.
  if (site === 'none') return method !== 'GET' && method !== 'HEAD';
  if (site !== undefined) return true;
  if (headers.origin !== undefined) return !sameHost(headers.origin, headers.host);
  if (preflighted.some((name) => headers[name])) return false;
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json';
}

function sameHost(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
