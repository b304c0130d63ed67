/** A group of customers that behave alike; the number is its place in `behaviours`. */
interface Behaviour {
  key: 'champion' | 'steady' | 'occasional' | 'bargain';
  /** Share among the customers that stood before the first day, and among those that joined later. */
  shareBefore: number;
  shareAfter: number;
  /** Mean days between orders at the middle rate level on ordinary days. */
  gapDays: number;
  /** Probability a day to leave for good, at neutral circumstances. */
  dropOut: number;
  /** Mean number of products that are looked at with the purse in hand; about one in six is taken. */
  attention: number;
  /** Reference price that suits best, EUR. */
  budget: number;
  /** Mean of the sensitivity to coupons, 0..1. */
  sensitivity: number;
  /** Chance of a visit on an ordinary day when nothing is bought, besides what the order rate adds. */
  visits: number;
  /** Mean number of products that are bought again whenever they are used up. */
  staples: number;
}

export const behaviours: readonly Behaviour[] = [
  {
    key: 'champion',
    shareBefore: 0.17,
    shareAfter: 0.08,
    gapDays: 15,
    dropOut: 0.0006,
    attention: 13,
    budget: 26,
    sensitivity: 0.2,
    visits: 0.05,
    staples: 2.5,
  },
  {
    key: 'steady',
    shareBefore: 0.38,
    shareAfter: 0.24,
    gapDays: 62,
    dropOut: 0.001,
    attention: 10,
    budget: 19,
    sensitivity: 0.4,
    visits: 0.04,
    staples: 1.4,
  },
  {
    key: 'occasional',
    shareBefore: 0.37,
    shareAfter: 0.43,
    gapDays: 140,
    dropOut: 0.001,
    attention: 7,
    budget: 17,
    sensitivity: 0.45,
    visits: 0.025,
    staples: 0.4,
  },
  {
    key: 'bargain',
    shareBefore: 0.08,
    shareAfter: 0.25,
    gapDays: 260,
    dropOut: 0.013,
    attention: 2.5,
    budget: 6.5,
    sensitivity: 0.9,
    visits: 0.02,
    staples: 0,
  },
];

/** Levels of the order rate inside a behaviour: factor on its mean and share of its customers. */
export const rateLevels: readonly { factor: number; share: number }[] = [
  { factor: 0.7, share: 0.12 },
  { factor: 0.85, share: 0.24 },
  { factor: 1, share: 0.28 },
  { factor: 1.18, share: 0.24 },
  { factor: 1.4, share: 0.12 },
];

/** Chance of a visit of someone who has left, against the time before. */
export const visitsAfterLeaving = 0.6;

/** Visits that come with each order a customer is used to make. */
const visitsPerOrder = 2.5;

/** Chance of a visit on an ordinary day without an order, for someone of the behaviour who orders `orderRate` times a day. */
export function visitRateOf(behaviour: Behaviour, orderRate: number): number {
  return behaviour.visits + visitsPerOrder * orderRate;
}
