import { InMemoryCache } from '@apollo/client';
import { possibleTypes } from '../generated/possible-types.ts';

/** Parts that are values of their owner, not objects of their own: queries that ask for different fields of them share them. */
const merged = ['Churn', 'CustomerSegment', 'Elasticity', 'LifetimeValue', 'Money', 'Rfm', 'SegmentProfile'];

/** What the pages remember of the graph's answers, by type and id. */
export function createCache(): InMemoryCache {
  return new InMemoryCache({
    possibleTypes,
    typePolicies: {
      ...Object.fromEntries(merged.map((name) => [name, { merge: true }])),
      Model: { keyFields: ['name'] },
      Shop: { keyFields: [] },
      Metrics: { keyFields: false },
    },
  });
}
