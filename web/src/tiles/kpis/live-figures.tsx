import { useApolloClient } from '@apollo/client/react';
import { createContext, type ReactNode, useContext } from 'react';
import type { FiguresQuery as Figures } from '../../generated/graphql.ts';
import { useLive } from '../../graph/use-live.ts';
import { everyMinute, type TileState, useTile } from '../../graph/use-tile.ts';
import { type Period, toVariables } from '../../period/period.ts';
import { FiguresChanged, FiguresQuery } from './query.ts';

const FlowContext = createContext(false);

/** Whether the figures of the page follow what happens. */
export const useFiguresFlow = (): boolean => useContext(FlowContext);

/** Follows the figures of a period for all tiles within, which show what comes without asking for it. */
export function LiveFigures({ period, children }: { period: Period; children: ReactNode }) {
  const client = useApolloClient();
  const variables = toVariables(period);
  const flows = useLive(FiguresChanged, {
    identity: JSON.stringify(variables),
    variables: () => variables,
    onResult: ({ metricsChanged }) => {
      if (metricsChanged) client.writeQuery({ query: FiguresQuery, variables, data: { metrics: metricsChanged } });
    },
  });
  return <FlowContext value={flows}>{children}</FlowContext>;
}

/** The figures of a period; asked for every minute where they do not come by themselves. */
export function useFigures(period: Period): TileState<NonNullable<Figures['metrics']>> {
  const flows = useFiguresFlow();
  return useTile(FiguresQuery, toVariables(period), (data) => data.metrics, flows ? {} : everyMinute);
}
