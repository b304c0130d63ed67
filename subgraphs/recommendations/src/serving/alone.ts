import type { ExperimentPipeline } from '@cda/platform/experiments/experiment.ts';
import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { CustomerScores, EvidenceModel } from '../ml/candidates.ts';
import { queryOf } from '../ml/candidates.ts';
import { contributions } from '../ml/item-model.ts';
import { evidenceReasons } from './reasons.ts';
import type { Recommender } from './recommender.ts';

/** Pipelines that go by one model alone, to be compared with the whole in an experiment. */
const modelOf: Readonly<Partial<Record<ExperimentPipeline, EvidenceModel>>> = {
  COLLABORATIVE: 'taste',
  CONTENT: 'content',
};

/** The one model that a pipeline goes by; undefined where it is made of several, or of none. */
export const aloneIn = (pipeline: ExperimentPipeline | undefined): EvidenceModel | undefined =>
  pipeline && modelOf[pipeline];

/** Why a product stands in a list that goes by one model: what of the history speaks for it; the weights add up to its score. */
export function aloneReasons(
  recommender: Recommender,
  scores: CustomerScores,
  product: number,
  model: EvidenceModel,
): StoredReason[] {
  const { products } = scores.profile;
  const shares = contributions(
    recommender.model.candidates[model].byTarget,
    product,
    products,
    queryOf(scores.profile, model),
  );
  const sum = shares.reduce((a, b) => a + b, 0);
  // Likeness by text is damped by the length of the history: each share as much as the whole.
  const scale = sum === 0 ? 0 : scores.evidence[model][product]! / sum;
  const terms = Array.from(shares, (share, j) => ({
    kind: 'evidence' as const,
    product: products[j]!,
    model,
    weight: share * scale,
  })).filter(({ weight }) => weight !== 0);
  return terms.length > 0
    ? evidenceReasons(recommender, scores, product, terms)
    : [{ code: 'IN_RANGE', en: 'In the shop’s range', ru: 'Есть в ассортименте магазина', weight: 0 }];
}
