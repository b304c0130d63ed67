import { graphql } from '../generated/index.ts';
import { digestOf } from '../keyboards/callback-data.ts';
import type { ViewRequest } from './view.ts';

const segmentNames = graphql(`
  query BotSegmentNames($locale: Locale!) {
    segments {
      id
      name(locale: $locale)
    }
  }
`);

const query = graphql(`
  query BotAtRisk($where: CustomerWhere!, $personal: Boolean!) {
    shop {
      ...BotShop
    }
    customers(where: $where, orderBy: { field: REVENUE_AT_RISK, direction: DESC }, first: 100) {
      totalCount
      edges {
        node {
          id
          externalId
          anonymous
          name @include(if: $personal)
          country
          revenue {
            amountMinor
            currency
          }
          churn {
            probability
            asOf
          }
        }
      }
    }
  }
`);

/** Churn probability from which a customer stands in the list: more likely to leave than to stay. */
const riskFrom = 0.5;

/**
 * The first 100 customers at risk, of one segment where its digest is given. One request holds all pages, so a button needs
 * no cursor to carry; whoever needs more than the first hundred works with the dashboard.
 */
export async function loadAtRisk(request: ViewRequest, segmentDigest: string | undefined) {
  const segments = segmentDigest
    ? (await request.ask(segmentNames, { locale: request.locale })).data.segments
    : undefined;
  const segment = segments?.find(({ id }) => digestOf(id) === segmentDigest);
  const { data, partial } = await request.ask(query, {
    where: { churnProbability: { range: { gte: riskFrom } }, ...(segment ? { segment: segment.id } : {}) },
    personal: request.account.scopes.includes('personal:read'),
  });
  return {
    shop: data.shop,
    segment,
    /** Undefined where the subgraph did not answer, so that "none" is said only where there is none. */
    customers: data.customers?.edges.map(({ node }) => node),
    total: data.customers?.totalCount ?? 0,
    partial,
  };
}
