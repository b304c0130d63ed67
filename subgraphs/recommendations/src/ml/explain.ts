import {
  type Blend,
  demandOf,
  type FeatureName,
  featureNames,
  type Occasion,
  type Ranker,
  rankerOf,
  saturate,
  writeFeatures,
} from './blend.ts';
import { type Candidates, type CustomerScores, type EvidenceModel, evidenceModels, queryOf } from './candidates.ts';
import { contributions } from './item-model.ts';

/** One part of a score, in log-odds. */
export type Term =
  /** A product of the history that speaks for it (or, rarely, against), and the model in which it speaks loudest. */
  | { kind: 'evidence'; product: number; model: EvidenceModel; weight: number }
  /** How it sells now, against an average product. */
  | { kind: 'demand'; weight: number }
  /** How much its category is the customer's: `leaning` is above 0 where they take more of it than the shop's customers do. */
  | { kind: 'category'; leaning: number; weight: number }
  /** How near its price is to what the customer goes for. */
  | { kind: 'price'; weight: number }
  /** How much more often customers of their taste group buy it than everybody. */
  | { kind: 'group'; weight: number }
  /** How often and how lately the customer bought it. */
  | { kind: 'habit'; weight: number }
  /** How long ago against the interval at which it is bought again. */
  | { kind: 'due'; weight: number }
  /** What every product starts from. */
  | { kind: 'base'; weight: number };

const habitFeatures: readonly FeatureName[] = ['frequency', 'ordersSince', 'orderCount'];
const dueFeatures: readonly FeatureName[] = ['tooSoon', 'overdue'];

/**
 * Takes the score of one product apart. The terms add up to `scoreProducts` of it exactly.
 *
 * A model's term f(s) of a sum s = Σ sⱼ over the history is shared out in proportion to sⱼ: the Aumann–Shapley value of a
 * function of a sum (Sundararajan et al., Axiomatic Attribution for Deep Networks, ICML 2017: integrated gradients from zero).
 * As f rises, taking a product that speaks for it out of the history lowers the score.
 *
 * O(entries of the product in each model + m).
 */
export function explain(
  candidates: Candidates,
  blend: Blend,
  scores: CustomerScores,
  product: number,
  occasion: Occasion = 'order',
): Term[] {
  const isOwned = scores.owned[product]! >= 0;
  const ranker = rankerOf(blend, isOwned, occasion);
  const { terms: demand, mean } = demandOf(candidates, ranker, scores.trends);
  const features = new Float64Array(featureNames.length);
  writeFeatures(candidates, blend.scales, scores, product, features);

  const { products } = scores.profile;
  const total = new Float64Array(products.length);
  const strongest = new Map<number, { model: EvidenceModel; weight: number }>();
  for (const [f, model] of evidenceModels.entries()) {
    const score = scores.evidence[model][product]!;
    if (score <= 0 || ranker.weights[f] === 0) continue;
    const shares = contributions(candidates[model].byTarget, product, products, queryOf(scores.profile, model));
    const sum = shares.reduce((a, b) => a + b, 0);
    if (sum <= 0) continue;
    const scale = (ranker.weights[f]! * saturate(score, blend.scales[model])) / sum;
    for (let j = 0; j < shares.length; j++) {
      if (shares[j] === 0) continue;
      const weight = shares[j]! * scale;
      total[j]! += weight;
      if (weight > (strongest.get(j)?.weight ?? Number.NEGATIVE_INFINITY)) strongest.set(j, { model, weight });
    }
  }
  const terms: Term[] = [];
  for (const [j, { model }] of strongest)
    terms.push({ kind: 'evidence', product: products[j]!, model, weight: total[j]! });
  terms.push({ kind: 'demand', weight: demand[product]! - mean });
  terms.push({
    kind: 'category',
    leaning: features[featureNames.indexOf('category')]!,
    weight: sumOf(ranker, features, ['category']),
  });
  terms.push({ kind: 'price', weight: sumOf(ranker, features, ['price']) });
  terms.push({ kind: 'group', weight: sumOf(ranker, features, ['group']) });
  if (isOwned) {
    terms.push({ kind: 'habit', weight: sumOf(ranker, features, habitFeatures) });
    terms.push({ kind: 'due', weight: sumOf(ranker, features, dueFeatures) });
  }
  terms.push({ kind: 'base', weight: ranker.intercept + mean });
  return terms;
}

function sumOf(ranker: Ranker, features: Float64Array, names: readonly FeatureName[]): number {
  let sum = 0;
  for (const name of names) {
    const f = featureNames.indexOf(name);
    sum += ranker.weights[f]! * features[f]!;
  }
  return sum;
}
