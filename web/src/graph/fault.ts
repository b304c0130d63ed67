import { CombinedGraphQLErrors, ServerError, ServerParseError } from '@apollo/client/errors';

/** What went wrong with a request, in the terms that a reader of the page can act on. */
export interface Fault {
  kind: 'signed-out' | 'forbidden' | 'offline' | 'failed';
  /** The server's sentence, where it sent one that is made for people. */
  message?: string;
  /** Finds the request in the server's logs. */
  requestId?: string;
}

interface ErrorExtensions {
  code?: string;
  requestId?: string;
}

function ofErrors(
  errors: readonly { message: string; extensions?: ErrorExtensions | Record<string, unknown> }[],
): Fault {
  const extensions = (errors[0]?.extensions ?? {}) as ErrorExtensions;
  const codes = errors.map((error) => (error.extensions as ErrorExtensions | undefined)?.code);
  const kind = codes.includes('UNAUTHENTICATED')
    ? 'signed-out'
    : codes.every((code) => code === 'FORBIDDEN')
      ? 'forbidden'
      : 'failed';
  return { kind, message: errors[0]?.message, requestId: extensions.requestId };
}

function ofBody(body: string): Fault | undefined {
  try {
    const { errors } = JSON.parse(body) as { errors?: { message: string; extensions?: ErrorExtensions }[] };
    return errors?.length ? ofErrors(errors) : undefined;
  } catch {
    return undefined;
  }
}

/** Sorts an error of the client into a fault. */
export function toFault(error: unknown): Fault {
  if (CombinedGraphQLErrors.is(error)) return ofErrors(error.errors);
  if (ServerError.is(error) || ServerParseError.is(error)) {
    const requestId = error.response.headers.get('x-request-id') ?? undefined;
    const fault = ofBody(error.bodyText) ?? { kind: error.response.status === 401 ? 'signed-out' : 'failed' };
    return { ...fault, requestId: fault.requestId ?? requestId };
  }
  return { kind: 'offline' };
}
