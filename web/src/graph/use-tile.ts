import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { NetworkStatus } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { useCallback } from 'react';
import { type Fault, toFault } from './fault.ts';

/** What a part of a page knows of the graph's answer. Old data stays while new data is on its way, or fails to come. */
export interface TileState<Value> {
  /** The answer; null where the graph had none, undefined where none has come yet. */
  value: Value | null | undefined;
  /** The first answer is on its way. */
  loading: boolean;
  /** A newer answer is on its way. */
  refreshing: boolean;
  fault: Fault | null;
  retry(): void;
}

interface TileOptions {
  /** How often to ask anew while the page is looked at, in milliseconds. */
  pollMs?: number;
}

const asksNow = [NetworkStatus.setVariables, NetworkStatus.refetch, NetworkStatus.loading];

/** How often a page that stays open asks for newer figures. */
export const everyMinute: TileOptions = { pollMs: 60_000 };

/** Asks the graph for a tile's data. `select` picks the root field that the tile stands on. */
export function useTile<Data, Variables extends OperationVariables, Value>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  select: (data: Data) => Value | null | undefined,
  { pollMs }: TileOptions = {},
): TileState<Value> {
  const { data, previousData, error, networkStatus, refetch } = useQuery(
    document as TypedDocumentNode<Data, OperationVariables>,
    {
      variables,
      notifyOnNetworkStatusChange: true,
      ...(pollMs ? { pollInterval: pollMs, skipPollAttempt: () => globalThis.document.hidden } : {}),
    },
  );
  const retry = useCallback(() => void refetch().catch(() => undefined), [refetch]);
  const shown = (data ?? previousData) as Data | undefined;
  const value = shown === undefined ? undefined : select(shown);
  const asking = asksNow.includes(networkStatus);
  return {
    value,
    loading: asking && value === undefined,
    refreshing: asking && value !== undefined,
    fault: error && !asking ? toFault(error) : null,
    retry,
  };
}
