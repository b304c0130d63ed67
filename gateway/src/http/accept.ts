/** Media types that GraphQL results are sent as. */
export type ResultType = 'application/graphql-response+json' | 'application/json';

/**
 * The media type that an Accept header prefers, by weight and then by order; `application/json` for anything (`*` + `/*`), for
 * no header, and for a header that takes neither: an answer that can be read beats a 406.
 */
export function resultTypeOf(accept: string | undefined): ResultType {
  let best: { type: ResultType; weight: number } | undefined;
  for (const part of (accept ?? '').slice(0, 1_000).split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const type =
      name === 'application/graphql-response+json'
        ? name
        : name === 'application/json' || name === 'application/*' || name === '*/*'
          ? 'application/json'
          : undefined;
    const weight = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    if (type && weight > 0 && weight > (best?.weight ?? 0)) best = { type, weight };
  }
  return best?.type ?? 'application/json';
}
