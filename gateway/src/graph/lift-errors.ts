import type { GraphQLFormattedError } from 'graphql';

/**
 * Errors of a subgraph as the gateway may take them over: message, path and extensions, and nothing of the place where the
 * text of the fetch was wrong, which says nothing to the client. A variable that does not fit its type is the client's fault,
 * whatever code the subgraph gave it.
 */
export function liftErrors(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  return errors.map(({ message, path, extensions }) => {
    const code = /^Variable "\$/.test(message) ? 'BAD_USER_INPUT' : extensions?.['code'];
    return {
      message,
      ...(path ? { path } : {}),
      extensions: { ...extensions, ...(code === undefined ? {} : { code }) },
    };
  });
}
