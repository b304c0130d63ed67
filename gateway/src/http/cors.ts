import type { IncomingMessage } from 'node:http';

/**
 * Headers that let pages of listed origins call the graph with a key or a token. Credentials are never allowed: a cookie stays with
 * our own pages. For all other origins there are none, and the browser refuses.
 */
export function corsHeaders(request: IncomingMessage, allowedOrigins: readonly string[]): Record<string, string> {
  const origin = request.headers.origin;
  if (origin === undefined || allowedOrigins.length === 0) return {};
  const any = allowedOrigins.includes('*');
  if (!any && !allowedOrigins.includes(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': any ? '*' : origin,
    'access-control-expose-headers': 'x-request-id, retry-after',
    'cross-origin-resource-policy': 'cross-origin',
    ...(request.method === 'OPTIONS'
      ? {
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers':
            'authorization, content-type, last-event-id, x-request-id, x-cda-locale, apollo-require-preflight',
          'access-control-max-age': '600',
        }
      : {}),
  };
}
