import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { useLiveConnection } from './live-connection.ts';

interface LiveOptions<Data, Variables> {
  /** Made when the stream begins, and begins again. */
  variables: () => Variables;
  /** Begins the stream anew when it changes. */
  identity: string;
  onResult: (data: Data) => void;
  /** Nothing is followed while it is set. */
  paused?: boolean;
  /** It says by its variables where it goes on, so it has to be asked for anew when the line was away. */
  resumes?: boolean;
}

/** A stream that was refused is asked for again after this long. */
const againMs = 60_000;

/**
 * Follows a subscription. True while its results can be relied on: until then, and when it is away, a page has to ask by itself. A stream of
 * what happens says nothing until something does, so it is relied on as soon as the line is open.
 */
export function useLive<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  { variables, identity, onResult, paused = false, resumes = false }: LiveOptions<Data, Variables>,
): boolean {
  const client = useApolloClient();
  const { open, opened } = useLiveConnection();
  const [refused, setRefused] = useState(false);
  const latest = useRef({ variables, onResult });
  useEffect(() => {
    latest.current = { variables, onResult };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the identity stands for the variables; a line that was opened again asks anew
  useEffect(() => {
    if (paused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let following: { unsubscribe(): void } | undefined;
    const again = (): void => {
      setRefused(true);
      clearTimeout(timer);
      timer = setTimeout(start, againMs);
    };
    const start = (): void => {
      following?.unsubscribe();
      following = client
        .subscribe({
          query: document as TypedDocumentNode<Data, OperationVariables>,
          variables: latest.current.variables(),
          fetchPolicy: 'no-cache',
        })
        .subscribe({
          next({ data, error }) {
            if (error || !data) return setRefused(true);
            setRefused(false);
            latest.current.onResult(data as Data);
          },
          error: again,
          complete: again,
        });
    };
    start();
    return () => {
      clearTimeout(timer);
      following?.unsubscribe();
      setRefused(false);
    };
  }, [client, document, identity, paused, resumes ? opened : 0]);
  return open && !refused && !paused;
}
