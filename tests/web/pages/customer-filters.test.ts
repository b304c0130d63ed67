import { expect, test } from 'vitest';
import { readFilters, toOrder, toWhere, withFilter } from '../../../web/src/pages/customers/filters.ts';

const read = (search: string) => readFilters(new URLSearchParams(search));

test('an URL without filters asks for everyone with an account, by revenue', () => {
  expect(toWhere(read(''))).toEqual({ anonymous: false });
  expect(toOrder(read(''))).toEqual({ field: 'REVENUE', direction: 'DESC' });
});

test('visitors without an account are listed when they are asked for, alone or with all others', () => {
  expect(toWhere(read('who=visitor'))).toEqual({ anonymous: true });
  expect(toWhere(read('who=all'))).toBeUndefined();
});

test('every filter of an URL reaches the graph', () => {
  const filters = read(
    'id=12&country=France&country=Spain&segment=S1&recency=31-90&churn=high&order=churn_probability&direction=asc',
  );
  expect(toWhere(filters)).toEqual({
    anonymous: false,
    externalId: { startsWith: '12' },
    country: { oneOf: ['France', 'Spain'] },
    segment: 'S1',
    recency: { range: { gte: 31, lte: 90 } },
    churnProbability: { range: { gte: 0.66 } },
  });
  expect(toOrder(filters)).toEqual({ field: 'CHURN_PROBABILITY', direction: 'ASC' });
});

test('the open band of recency has no upper bound', () => {
  expect(toWhere(read('recency=181-'))).toEqual({ anonymous: false, recency: { range: { gte: 181 } } });
});

test('filters that do not exist are left out', () => {
  expect(toWhere(read('who=me&recency=soon&churn=maybe&order=height'))).toEqual({ anonymous: false });
});

test('a new filter starts at the first page', () => {
  const next = withFilter(new URLSearchParams('after=abc&country=France'), 'churn', 'low');
  expect(next.toString()).toBe('country=France&churn=low');
});
