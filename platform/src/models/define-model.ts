import type { Pool, PoolClient } from 'pg';
import type { StoredUnavailable } from '../graph/values.ts';
import type { LocalText } from '../text.ts';

/** What a fit gives back: the fitted parameters, and how good they are on data later than what they were fitted on. */
export interface Trained<Fitted> {
  /** Plain data and typed arrays only: it crosses from a worker thread. */
  fitted: Fitted;
  /** Rows that it was fitted on. */
  rows: number;
  /** Hyper-parameters. */
  params: Record<string, unknown>;
  /** Further measures on the hold-out, by name. */
  metrics: Record<string, number>;
  /** The measure that decides whether the version is served: it has to beat the baseline on the same hold-out. */
  primary: { name: string; value: number; baselineName: string; baseline: number; higherIsBetter: boolean };
}

/** What an estimator may use besides its input. */
export interface TrainOptions {
  /** Same input and seed, same result on every machine. */
  seed: number;
  /** Reports the part that is done, 0 to 1. */
  progress(fraction: number): void;
}

/** The function named `train` that an estimator module exports. It runs in a worker thread: no I/O, no state. */
export type Train<Input, Fitted> = (input: Input, options: TrainOptions) => Trained<Fitted> | Promise<Trained<Fitted>>;

/** Too little data for a fit: what is there, what is needed, and the sentence that says so. */
export interface NotEnoughData extends StoredUnavailable {
  have: number;
  need: number;
}

export interface NotEnough {
  notEnough: NotEnoughData;
}

/** Says that a model cannot be fitted on this data. */
export const notEnoughData = (
  have: number,
  need: number,
  text: LocalText,
  code: StoredUnavailable['code'] = 'NOT_ENOUGH_DATA',
): NotEnough => ({
  notEnough: { code, have, need, ...text },
});

/** The version that a save belongs to. */
export interface SavedVersion {
  id: string;
  /** Counts from 1 for each model. */
  number: number;
}

export interface ModelDefinition<Input = unknown, Fitted = unknown> {
  /** Name within its subgraph; the full name is `<subgraph>.<name>`. */
  name: string;
  title: LocalText;
  /** Module that exports `train`. */
  estimator: URL;
  /** Tables that it alone writes, with their schema; emptied when the shop's data is replaced. */
  tables: readonly string[];
  /** Features from the subgraph's own tables as of the shop's clock. */
  load(source: { db: Pool; asOf: Date }): Promise<Input | NotEnough>;
  /**
   * What of the input crosses to the worker thread, all of it by default. It is copied, but for what lies in shared memory; what only
   * the save needs, such as a million keys, can stay.
   */
  estimatorInput?(input: Input): unknown;
  /**
   * Writes the scores in the transaction that makes the version the served one, and gives back what else serving needs
   * (at most some megabytes of JSON), if anything. Every row carries `version.id`.
   */
  save(target: { tx: PoolClient; version: SavedVersion; fitted: Fitted; input: Input; asOf: Date }): Promise<unknown>;
}

/** Declares a model. The subgraph's `models/index.ts` is the list; training, registry, schedule and health follow from it. */
export const defineModel = <Input, Fitted>(definition: ModelDefinition<Input, Fitted>): ModelDefinition =>
  definition as unknown as ModelDefinition;
