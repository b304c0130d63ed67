import type { RequestContext } from '@cda/platform/graph/context.ts';
import { loadServedVersions, loadVersions } from '@cda/platform/models/registry.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { loadChurnCases, loadChurnHorizon, loadChurnScores } from './churn-scores.ts';
import { loadCustomerSegments, loadSegmentCases } from './customer-segments.ts';
import { loadCustomers } from './customers.ts';
import { loadScoreHistories, loadSegmentHistories, type ScorePointRow } from './histories.ts';
import { loadKeysOfCustomers } from './identity.ts';
import { loadLifetimeValues } from './lifetime-values.ts';
import { loadRfmBounds } from './rfm-bounds.ts';
import { countRuleSegments, loadRuleSegments, loadRulesOfCustomers } from './rule-segments.ts';
import { loadSegmentChurn, loadSegments } from './segments.ts';

/** Loaders of one request. */
export const createLoaders = ({ db, em, shop }: RequestContext): Context['loaders'] => {
  const ruleSegments = once(() => loadRuleSegments(em));
  return {
    customer: new DataLoader((keys) => loadCustomers(em, db, keys)),
    customerKeys: new DataLoader((keys) => loadKeysOfCustomers(db, keys)),
    customerSegment: new DataLoader((keys) => loadCustomerSegments(em, keys)),
    segmentCase: new DataLoader((keys) => loadSegmentCases(db, keys)),
    segment: new DataLoader((ids) => loadSegments(em, ids)),
    segmentChurn: new DataLoader((ids) => loadSegmentChurn(db, ids)),
    churnScore: new DataLoader((keys) => loadChurnScores(em, keys)),
    churnCase: new DataLoader((keys) => loadChurnCases(db, keys)),
    lifetimeValue: new DataLoader((keys) => loadLifetimeValues(em, keys)),
    version: new DataLoader((ids) => loadVersions(db, ids)),
    servedVersion: new DataLoader((models) => loadServedVersions(db, models)),
    segmentHistory: new DataLoader((ids) => loadSegmentHistories(db, ids)),
    scoreHistory: byModel((model) => (keys) => loadScoreHistories(db, model, keys)),
    rfmBounds: once(() => loadRfmBounds(db)),
    churnHorizon: once(() => loadChurnHorizon(db)),
    ruleSegments,
    // Without a cache: the same segment may be asked for again after its rule was changed.
    ruleSegmentSize: new DataLoader(async (segments) => countRuleSegments(db, (await shop()).asOf, segments), {
      cache: false,
    }),
    rulesOfCustomer: new DataLoader(async (keys) =>
      loadRulesOfCustomers(db, (await shop()).asOf, await ruleSegments(), keys),
    ),
  };
};

/** A loader for each model whose scores are asked for. */
function byModel(
  batch: (model: string) => (keys: readonly string[]) => Promise<ScorePointRow[][]>,
): (model: string) => DataLoader<string, ScorePointRow[]> {
  const loaders = new Map<string, DataLoader<string, ScorePointRow[]>>();
  return (model) => {
    const known = loaders.get(model) ?? new DataLoader(batch(model));
    loaders.set(model, known);
    return known;
  };
}

/** Loads at the first call and gives the same answer afterwards. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}
