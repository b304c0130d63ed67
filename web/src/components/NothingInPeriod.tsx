import { useQuery } from '@apollo/client/react';
import { graphql } from '../generated/gql.ts';
import { useMessages } from '../i18n/locale.tsx';
import { useShop } from '../shell/shop-context.tsx';
import { EmptyState, NoEvents } from './EmptyState.tsx';

const AnythingQuery = graphql(`
  query Anything {
    metrics(range: ALL_TIME, interval: MONTH) {
      orders
      visits
    }
  }
`);

/** Nothing happened in the period; where nothing ever did, the next step is to bring events in. */
export function NothingInPeriod() {
  const t = useMessages();
  const { shop, formats } = useShop();
  const { data } = useQuery(AnythingQuery);
  if (!data) return null;
  if ((data.metrics?.orders ?? 0) + (data.metrics?.visits ?? 0) === 0) return <NoEvents />;
  return <EmptyState title={t.empty.period} body={t.empty.periodHint(formats.day(shop.today))} />;
}
