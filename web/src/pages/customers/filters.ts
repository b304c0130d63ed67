import type { ChurnBand, CustomerOrder, CustomerOrderField, CustomerWhere } from '../../generated/graphql.ts';

export const recencies = ['0-30', '31-90', '91-180', '181-'] as const;
/** Who is listed: those with an account where nothing is chosen, for visitors come and go by the thousand. */
export const audiences = ['account', 'visitor', 'all'] as const;
export const churnBands = ['LOW', 'MEDIUM', 'HIGH'] as const satisfies readonly ChurnBand[];
export const orderFields = [
  'REVENUE',
  'REVENUE_AT_RISK',
  'CHURN_PROBABILITY',
  'ORDER_COUNT',
  'LAST_SEEN',
] as const satisfies readonly CustomerOrderField[];

/** What the list of customers is narrowed by, as the URL holds it. */
export interface CustomerFilters {
  search: string | null;
  audience: (typeof audiences)[number];
  countries: readonly string[];
  segment: string | null;
  recency: (typeof recencies)[number] | null;
  churn: ChurnBand | null;
  order: CustomerOrderField;
  ascending: boolean;
  after: string | null;
}

const churnBounds: Record<ChurnBand, { gte?: number; lte?: number }> = {
  LOW: { lte: 0.3299999 },
  MEDIUM: { gte: 0.33, lte: 0.6599999 },
  HIGH: { gte: 0.66 },
};

/** Filters as an URL names them; what it names wrongly is left out. */
export function readFilters(search: URLSearchParams): CustomerFilters {
  return {
    search: search.get('id'),
    audience: audiences.find((one) => one === search.get('who')) ?? 'account',
    countries: search.getAll('country'),
    segment: search.get('segment'),
    recency: recencies.find((one) => one === search.get('recency')) ?? null,
    churn: churnBands.find((one) => one === search.get('churn')?.toUpperCase()) ?? null,
    order: orderFields.find((one) => one === search.get('order')?.toUpperCase()) ?? 'REVENUE',
    ascending: search.get('direction') === 'asc',
    after: search.get('after'),
  };
}

/** The same as the graph takes them. */
export function toWhere({
  search,
  audience,
  countries,
  segment,
  recency,
  churn,
}: CustomerFilters): CustomerWhere | undefined {
  const [from, to] = recency?.split('-') ?? [];
  const where: CustomerWhere = {
    ...(audience === 'all' ? {} : { anonymous: audience === 'visitor' }),
    ...(search ? { externalId: { startsWith: search } } : {}),
    ...(countries.length > 0 ? { country: { oneOf: [...countries] } } : {}),
    ...(segment ? { segment } : {}),
    ...(recency ? { recency: { range: { gte: Number(from), ...(to ? { lte: Number(to) } : {}) } } } : {}),
    ...(churn ? { churnProbability: { range: churnBounds[churn] } } : {}),
  };
  return Object.keys(where).length > 0 ? where : undefined;
}

export function toOrder({ order, ascending }: CustomerFilters): CustomerOrder {
  return { field: order, direction: ascending ? 'ASC' : 'DESC' };
}

/** An URL whose list is in another order, that way round which the order has by itself; `null` for the order without choice. */
export function withOrder(search: URLSearchParams, order: string | null): URLSearchParams {
  return withFilter(withFilter(search, 'direction', null), 'order', order?.toLowerCase() ?? null);
}

/** An URL with one filter set, or taken away by `null`; the list starts at its first page again. */
export function withFilter(search: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const next = new URLSearchParams(search);
  next.delete('after');
  if (value === null || value === '') next.delete(name);
  else next.set(name, value);
  return next;
}
