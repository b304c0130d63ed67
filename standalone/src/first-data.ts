import { createPool } from '@cda/platform/database/pool.ts';
import { demoShopState, fillDemoShop } from './demo-data.ts';
import type { StartOptions } from './start-options.ts';
import { formatCount, type Steps } from './steps.ts';
import { isOpen, type TrainingProgress, type TrainingWait } from './training.ts';

/** What stands in the shop after a start. */
export interface ShopContent {
  empty: boolean;
  /** For people, behind "with". */
  words: string;
}

export interface FirstDataOptions {
  options: Pick<StartOptions, 'demo' | 'scale' | 'seed' | 'dataDir'>;
  steps: Steps;
  adminUrl: string;
  /** Login that may append to the log. */
  writerUrl: string;
  signal: AbortSignal;
}

const standardScale = 1;
const standardSeed = 42;

/** Makes the demo shop where the database is empty and one is wanted, or completes one that was made half-way. */
export async function provideFirstData(given: FirstDataOptions): Promise<ShopContent> {
  const { options, steps, adminUrl, writerUrl, signal } = given;
  const state = await demoShopState(adminUrl);
  if (state.kind === 'real') return { empty: false, words: 'your own data' };
  if (state.kind === 'empty' && !options.demo) {
    steps.say('  The shop is empty. Bring data in with: npm run import -- FILE.csv');
    return { empty: true, words: 'no data yet' };
  }
  if (state.kind === 'demo' && state.shop.complete) {
    const { scale, seed } = state.shop;
    const otherScale = options.scale !== standardScale && scale !== options.scale;
    const otherSeed = options.seed !== standardSeed && seed !== options.seed;
    if (otherScale || otherSeed) {
      steps.say(`  The demo shop was made with --scale ${scale} --seed ${seed}. Start with --fresh to make another.`);
    }
    return { empty: false, words: `the demo shop (scale ${scale}, seed ${seed})` };
  }
  const { seed, scale } = state.kind === 'demo' ? state.shop : options;
  await steps.run('Demo shop', async (step) => {
    const made = await fillDemoShop({
      adminUrl,
      writerUrl,
      dataDir: options.dataDir,
      seed,
      scale,
      now: new Date(),
      progress: (done, of) => {
        signal.throwIfAborted();
        step.progress(done, of, 'events');
      },
    });
    step.note(
      `${formatCount(made.customers)} customers, ${formatCount(made.products)} products, ${formatCount(made.events)} events`,
    );
  });
  return { empty: false, words: `the demo shop (scale ${scale}, seed ${seed})` };
}

export interface FirstTrainingOptions {
  models: readonly string[];
  /** Login that may read the registry. */
  readerUrl: string;
  train(models: readonly string[], wait: TrainingWait): Promise<readonly TrainingProgress[]>;
  steps: Steps;
  signal: AbortSignal;
}

/** Fits the models that no version exists of: all of them at the first start, none at a restart. */
export async function trainFirstModels(given: FirstTrainingOptions): Promise<void> {
  const { models, readerUrl, train, steps, signal } = given;
  const missing = await modelsWithoutVersion(models, readerUrl);
  if (missing.length === 0) return;
  await steps.run('Models', async (step) => {
    const runs = await train(missing, {
      signal,
      progress: (states) => {
        const atWork = states.filter(({ status }) => status === 'RUNNING').map(({ model }) => model);
        step.progress(
          states.filter((run) => !isOpen(run)).length,
          missing.length,
          'models fitted',
          atWork.length > 0 ? `now ${atWork.join(', ')}` : undefined,
        );
      },
    });
    const of = (status: TrainingProgress['status']) => runs.filter((run) => run.status === status);
    const failed = of('FAILED');
    step.note(
      [
        `${of('SUCCEEDED').length} fitted`,
        of('NOT_ENOUGH_DATA').length > 0 ? `${of('NOT_ENOUGH_DATA').length} need more data` : '',
        failed.length > 0 ? `${failed.length} failed (${failed.map((run) => run.model).join(', ')}; see the log)` : '',
      ]
        .filter(Boolean)
        .join(', '),
    );
  });
}

async function modelsWithoutVersion(models: readonly string[], readerUrl: string): Promise<string[]> {
  const registry = createPool(readerUrl, { name: 'start', max: 1 });
  try {
    const { rows } = await registry.query<{ model: string }>('SELECT DISTINCT model FROM registry.model_version');
    return models.filter((model) => !rows.some((row) => row.model === model));
  } finally {
    await registry.end();
  }
}
