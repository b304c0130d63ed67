import { createRandom } from '@cda/platform/ml/random.ts';
import { fitBlend, type Query, scoreProducts } from '../../../subgraphs/recommendations/src/ml/blend.ts';
import {
  candidateDefaults,
  createScorer,
  fitCandidates,
} from '../../../subgraphs/recommendations/src/ml/candidates.ts';
import { contentVectors, fitContent } from '../../../subgraphs/recommendations/src/ml/content-model.ts';
import { type Evaluation, evaluate } from '../../../subgraphs/recommendations/src/ml/evaluate.ts';
import { lastDay } from '../../../subgraphs/recommendations/src/ml/interactions.ts';
import { addScores } from '../../../subgraphs/recommendations/src/ml/item-model.ts';
import { fitNeighbours } from '../../../subgraphs/recommendations/src/ml/item-neighbours.ts';
import { tasteMatrix } from '../../../subgraphs/recommendations/src/ml/taste-model.ts';
import type { Split } from './online-retail.ts';

export type Judged = 'popular' | 'itemKnn' | 'buyAgain' | 'content' | 'taste' | 'factors' | 'nextOrder' | 'hybrid';

/**
 * Fits on a split's training lines and judges on its test, the full catalogue ranked. The blend is learnt on `inner`, a split of the
 * training lines alone: nothing of the test is ever seen.
 *
 * @param asked when a list is asked for: at the moment of the order that it is judged by (what sells then is known), or at the
 *   end of training for everybody.
 */
export function judgeSplit(outer: Split, inner: Split, asked: 'at the order' | 'at the end'): Evaluation<Judged> {
  const fitOn = (one: Split, end: number) =>
    fitCandidates(
      one.train,
      { contents: one.contents, model: fitContent(contentVectors(one.contents)) },
      end,
      candidateDefaults,
    );
  const queriesOf = (one: Split, end: number): Query[] =>
    one.tests.map(({ customer, day, targets }) => ({ customer, targets, day: asked === 'at the order' ? day : end }));
  const innerEnd = lastDay(inner.train) + 1e-6;
  const early = fitOn(inner, innerEnd);
  const lessons = queriesOf(inner, innerEnd);
  const blend = fitBlend(
    early,
    createScorer(
      early,
      inner.train,
      lessons.map(({ day }) => day),
    ),
    lessons,
    createRandom(1),
  );

  const end = lastDay(outer.train) + 1e-6;
  const candidates = fitOn(outer, end);
  const queries = queriesOf(outer, end);
  const { products, customers } = outer.train;
  const neighbours = fitNeighbours(tasteMatrix(outer.train, end, { decayDays: Number.POSITIVE_INFINITY, damping: 0 }));
  return evaluate(
    queries,
    createScorer(
      candidates,
      outer.train,
      queries.map(({ day }) => day),
    ),
    {
      popular: () => candidates.popularity,
      itemKnn: ({ profile }) => {
        const values = new Float64Array(products);
        addScores(neighbours.byInput, profile.products, new Float64Array(profile.products.length).fill(1), values);
        return values;
      },
      buyAgain: ({ profile }) => {
        const values = candidates.popularity.map((count) => count / (1 + customers));
        for (let j = 0; j < profile.products.length; j++) values[profile.products[j]!]! += profile.orders[j]!;
        return values;
      },
      content: ({ evidence }) => evidence.content,
      taste: ({ evidence }) => evidence.taste,
      factors: ({ evidence }) => evidence.factors,
      nextOrder: ({ evidence }) => evidence.nextOrder,
      hybrid: (scores) => scoreProducts(candidates, blend, scores),
    },
    { products, customers, popularity: candidates.popularity },
  );
}
