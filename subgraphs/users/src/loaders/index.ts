import type { RequestContext } from '@cda/platform/graph/context.ts';
import { loadServedVersions, loadVersions } from '@cda/platform/models/registry.ts';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { loadChurnCases, loadChurnHorizon, loadChurnScores } from './churn-scores.ts';
import { loadCustomerSegments, loadSegmentCases } from './customer-segments.ts';
import { loadCustomers } from './customers.ts';
import { loadScoreHistories, loadSegmentHistories } from './histories.ts';
import { loadKeysOfCustomers } from './identity.ts';
import { loadLifetimeValues, loadOrderModels } from './lifetime-values.ts';
import { loadRfmBounds } from './rfm-bounds.ts';
import { countRuleSegments, loadRuleSegments, loadRulesOfCustomers } from './rule-segments.ts';
import { loadSegmentChurn, loadSegments } from './segments.ts';
import { loadTimelines } from './timeline.ts';

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
    orderModel: new DataLoader((ids) => loadOrderModels(db, ids)),
    version: new DataLoader((ids) => loadVersions(db, ids)),
    servedVersion: new DataLoader((models) => loadServedVersions(db, models)),
    segmentHistory: new DataLoader((ids) => loadSegmentHistories(db, ids)),
    scoreHistory: forEach((model: string) => new DataLoader((keys) => loadScoreHistories(db, model, keys))),
    timeline: forEach((part) => new DataLoader((people) => loadTimelines(db, people, part), { cache: false })),
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

/** A loader for each argument that is asked for. */
function forEach<Argument, Loader>(create: (argument: Argument) => Loader): (argument: Argument) => Loader {
  const loaders = new Map<string, Loader>();
  return (argument) => {
    const name = JSON.stringify(argument);
    const loader = loaders.get(name) ?? create(argument);
    loaders.set(name, loader);
    return loader;
  };
}

/** Loads at the first call and gives the same answer afterwards. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}
