import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { LifetimeValueEntity, type LifetimeValueRow } from '../entities/lifetime-value.ts';
import { fromLifetimeValueArtefact, type KeptOrders } from '../features/lifetime-value-artefact.ts';
import { lifetimeValueFeatures } from '../features/lifetime-value-input.ts';
import { timeToNextOrder } from '../ml/bg-nbd.ts';
import { nearestBin, type SureProbability, sureProbabilityOfOrder } from '../ml/order-probability.ts';
import { keptWithVersions } from './kept-with-versions.ts';

/** Lifetime values by customer, in the order asked for; null where the served version has none. */
export async function loadLifetimeValues(
  em: EntityManager,
  keys: readonly string[],
): Promise<(LifetimeValueRow | null)[]> {
  const rows = await em.fork().find(LifetimeValueEntity, { customerKey: { $in: [...keys] } });
  const byKey = new Map(rows.map((row) => [row.customerKey, row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

const ordersOf = keptWithVersions(fromLifetimeValueArtefact);

/** Models of orders by version, in the order asked for; null for versions that kept none. */
export async function loadOrderModels(db: Pool, versionIds: readonly string[]): Promise<(KeptOrders | null)[]> {
  const found = await ordersOf(db, versionIds);
  return versionIds.map((id) => found.get(id) ?? null);
}

/** What the model says of an order within some days, and how such probabilities fared later. */
export interface OrderProbabilityRow extends SureProbability {
  withinDays: number;
  checked: { days: number; said: number; seen: number; customers: number } | null;
}

const DAY_WEEKS = 1 / 7;

const historyOf = ({ features }: LifetimeValueRow): { x: number; tx: number; T: number } | undefined => {
  if (features.length !== lifetimeValueFeatures.length) return undefined;
  const feature = (name: (typeof lifetimeValueFeatures)[number]) => features[lifetimeValueFeatures.indexOf(name)]!;
  return { x: feature('frequency'), tx: feature('recencyWeeks'), T: feature('ageWeeks') };
};

/** Probability of an order within some days of the score; null for a score of a version that kept no features. */
export function toOrderProbability(
  row: LifetimeValueRow,
  { model, holdOutWeeks, curve }: KeptOrders,
  withinDays: number,
): OrderProbabilityRow | null {
  const history = historyOf(row);
  if (!history) return null;
  // Later customers of the hold-out are compared by what was said of them over its own length.
  const overHoldOut = sureProbabilityOfOrder(model, history, holdOutWeeks).probability;
  const bin = nearestBin(curve, overHoldOut);
  return {
    withinDays,
    ...sureProbabilityOfOrder(model, history, withinDays * DAY_WEEKS),
    checked: bin
      ? { days: Math.round(holdOutWeeks * 7), said: bin.predicted, seen: bin.observed, customers: bin.count }
      : null,
  };
}

/** A date further ahead says "never", not when. */
const furthestWeeks = 520;

/** Moment by which a customer who is still active orders next with a probability of `part`; null where that is in no time to come. */
export function toNextOrder(row: LifetimeValueRow, { model }: KeptOrders, part: number): Date | null {
  const history = historyOf(row);
  if (!history) return null;
  const weeks = timeToNextOrder(model, history.x, history.T, part);
  return weeks < furthestWeeks ? new Date(row.asOf.getTime() + weeks * 604_800_000) : null;
}
