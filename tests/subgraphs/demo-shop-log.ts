import { createEstimatorPool } from '@cda/platform/models/estimator-pool.ts';
import type { TrainingOutcome } from '@cda/platform/models/train.ts';
import { trainModel } from '@cda/platform/models/train.ts';
import type { SubgraphDefinition } from '@cda/platform/service/subgraph-definition.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { createDemoShop, type DemoShopTruth } from '../../standalone/src/demo-shop/index.ts';
import { currency, timeZone } from '../../standalone/src/demo-shop/world.ts';
import { type OpenSubgraph, openSubgraph } from './open-subgraph.ts';

export interface DemoSubgraph extends OpenSubgraph {
  truth: DemoShopTruth;
  /** Fits one of the subgraph's models, the first where none is named, in a worker thread, as a job does. */
  train(name?: string): Promise<TrainingOutcome>;
}

/** One subgraph over the log of a demo shop whose truth is known, everything folded in. */
export async function openDemoSubgraph(definition: SubgraphDefinition, scale: number): Promise<DemoSubgraph> {
  const until = new Date('2026-11-20T10:00:00Z');
  const demo = createDemoShop({ seed: 42, scale, until });
  const shop = await openSubgraph(definition);
  await shop.setShop({ currency, time_zone: timeZone, clock: 'latest_event' });
  for (const batch of demo.events()) {
    const refused = (await shop.send(batch)).find((verdict) => verdict.verdict !== 'ACCEPTED');
    if (refused) throw new Error(`the demo shop's event ${refused.messageId} was not accepted: ${refused.verdict}`);
  }
  await shop.projector.catchUp();
  return {
    ...shop,
    truth: demo.truth,
    train: async (name) => {
      const model = definition.models.find((one) => one.name === (name ?? definition.models[0]?.name));
      if (!model) throw new Error(`${definition.name} has no model ${name}`);
      await using estimators = createEstimatorPool(1);
      return trainModel({
        subgraph: definition.name,
        model,
        db: shop.db,
        estimators,
        log: silentLog,
      });
    },
  };
}
