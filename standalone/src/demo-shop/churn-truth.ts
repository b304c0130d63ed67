import type { BasketEvidence } from './basket-evidence.ts';
import { behaviours, rateLevels, visitRateOf } from './behaviours.ts';
import { dropOutFactor, occasion, orderChance, paymentOutagePasses, recordOrder, startHistory } from './history.ts';
import { type Life, visitChanceOn } from './life.ts';
import type { Order } from './orders.ts';
import type { World } from './world.ts';

/** One hidden kind of customer: a behaviour at a level of the order rate. */
interface Kind {
  behaviour: number;
  dropOut: number;
  orderRate: number;
  visitRate: number;
  /** Probability, together with the history so far, that the customer is of this kind and stays, or has left. */
  stays: number;
  left: number;
}

/**
 * P(no order in the `windowDays` days from `day` on | what was seen before `day`), by the process itself.
 *
 * The customer's behaviour, rate level and whether they have left are hidden; orders and what is in them, visits, failed payments,
 * late deliveries and refunds before `day` are seen, and tastes, coupon sensitivity and staples are taken as known. This is Bayes' rule over
 * behaviours × levels × {stays, left}, exact up to deliveries and refunds of the window itself, which are not foreseen: the forward
 * recursion of a hidden Markov model (Rabiner 1989, section III.A), one step a day. The result is the best score anyone can
 * give who sees the events. Cost: O((days since joining + windowDays) × 20).
 */
export function probabilityOfNoOrder(
  world: World,
  life: Life,
  evidence: BasketEvidence,
  day: number,
  windowDays: number,
): number {
  const { customer } = life;
  const from = customer.joinDay >= 0 ? customer.joinDay + 1 : 0;
  const kinds = priorKinds(customer.joinDay < 0);
  const history = startHistory(customer);
  let nextOrder = 0;
  let nextVisit = 0;
  let nextFailure = 0;
  const learn = (order: Order): void => {
    const likelihood = evidence(order);
    for (const kind of kinds) {
      kind.stays *= likelihood[kind.behaviour]!;
      kind.left *= likelihood[kind.behaviour]!;
    }
    recordOrder(world, history, order, day);
  };
  if (life.orders[0]?.day === customer.joinDay && customer.joinDay < day) {
    learn(life.orders[0]);
    nextOrder = 1;
  }
  for (let today = from; today < day; today++) {
    const ordered = life.orders[nextOrder]?.day === today;
    const failed = life.failedPayments[nextFailure] === today;
    let visits = 0;
    while (life.visits[nextVisit] === today) {
      nextVisit++;
      visits++;
    }
    const factor = dropOutFactor(world, history, today);
    const wish = occasion(world, history, today);
    const passes = world.happens('payment outage', today) ? paymentOutagePasses : 1;
    const blind = world.happens('tracking gap', today);
    let total = 0;
    for (const kind of kinds) {
      const leaving = Math.min(0.5, kind.dropOut * factor);
      const left = kind.left + kind.stays * leaving;
      const stays = kind.stays * (1 - leaving);
      const intends = orderChance(kind.orderRate, wish, today - history.lastOrderDay);
      if (ordered || failed) {
        kind.stays = stays * intends * (ordered ? passes : 1 - passes);
        kind.left = 0;
      } else {
        kind.stays =
          stays * (1 - intends) * (blind ? 1 : seen(visits, visitChanceOn(world, kind.visitRate, today, true)));
        kind.left = left * (blind ? 1 : seen(visits, visitChanceOn(world, kind.visitRate, today, false)));
      }
      total += kind.stays + kind.left;
    }
    for (const kind of kinds) {
      kind.stays /= total;
      kind.left /= total;
    }
    if (ordered) learn(life.orders[nextOrder++]!);
    if (failed) nextFailure++;
  }
  const total = kinds.reduce((sum, kind) => sum + kind.stays + kind.left, 0);
  return noOrderAhead(world, history, kinds, day, windowDays) / total;
}

function noOrderAhead(
  world: World,
  history: ReturnType<typeof startHistory>,
  kinds: readonly Kind[],
  day: number,
  windowDays: number,
): number {
  const stays = kinds.map((kind) => kind.stays);
  let none = 0;
  for (const kind of kinds) none += kind.left;
  for (let ahead = day; ahead < day + windowDays; ahead++) {
    const factor = dropOutFactor(world, history, ahead);
    const wish = occasion(world, history, ahead);
    const passes = world.happens('payment outage', ahead) ? paymentOutagePasses : 1;
    kinds.forEach((kind, i) => {
      const leaving = Math.min(0.5, kind.dropOut * factor);
      none += stays[i]! * leaving;
      stays[i] =
        stays[i]! * (1 - leaving) * (1 - passes * orderChance(kind.orderRate, wish, ahead - history.lastOrderDay));
    });
  }
  for (const share of stays) none += share;
  return none;
}

function priorKinds(before: boolean): Kind[] {
  return behaviours.flatMap((behaviour, index) =>
    rateLevels.map(({ factor, share }) => {
      const orderRate = factor / behaviour.gapDays;
      const stays = (before ? behaviour.shareBefore : behaviour.shareAfter) * share;
      return {
        behaviour: index,
        dropOut: behaviour.dropOut,
        orderRate,
        visitRate: visitRateOf(behaviour, orderRate),
        stays,
        left: 0,
      };
    }),
  );
}

/** Likelihood of no visit or of some: how many they are tells nothing of the kind. */
function seen(visits: number, chance: number): number {
  return visits > 0 ? chance : 1 - chance;
}
