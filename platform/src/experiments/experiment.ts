import { z } from 'zod';

/** What an experiment compares: something of the shop's own, two ways of making a list, or both in one list. */
export const experimentKinds = ['SHOP', 'RECOMMENDATIONS', 'INTERLEAVING'] as const;
export type ExperimentKind = (typeof experimentKinds)[number];

export const experimentStatuses = ['DRAFT', 'RUNNING', 'STOPPED', 'ARCHIVED'] as const;
export type ExperimentStatus = (typeof experimentStatuses)[number];

/** Outcomes of a person that experiments are judged by. */
export const experimentMetrics = ['CONVERSION', 'REVENUE', 'ORDERS', 'CLICKED', 'REFUNDED'] as const;
export type ExperimentMetric = (typeof experimentMetrics)[number];

/** Ways of making a list that an experiment can choose between. */
export const experimentPipelines = ['HYBRID', 'COLLABORATIVE', 'CONTENT', 'POPULAR'] as const;
export type ExperimentPipeline = (typeof experimentPipelines)[number];

export const experimentPlacements = ['HOME', 'CART', 'EMAIL', 'WIN_BACK'] as const;

/** Keys stand in ids of lists and in events, between dots. */
export const experimentKeyPattern = /^[a-z0-9][a-z0-9-]{1,39}$/;
export const variantKeyPattern = /^[a-z0-9][a-z0-9-]{0,19}$/;

const moment = z.iso.datetime({ precision: 3 });

/**
 * An experiment as it stands after one change of it. Each change is an event that holds the whole of it: whoever keeps the
 * highest revision knows it, in whatever order the events come.
 */
export const experimentState = z.object({
  experiment_id: z.string().regex(experimentKeyPattern),
  /** 1 for the first definition, one more with each change. */
  revision: z.number().int().min(1),
  status: z.enum(experimentStatuses),
  kind: z.enum(experimentKinds),
  name: z.string().min(1).max(100),
  hypothesis: z.string().max(1_000),
  placement: z.enum(experimentPlacements).nullable(),
  /** The first is the control. */
  variants: z
    .array(
      z.object({
        key: z.string().regex(variantKeyPattern),
        name: z.string().min(1).max(100),
        weight: z.number().int().min(1).max(1_000),
        pipeline: z.enum(experimentPipelines).nullable(),
        diversity: z.number().min(0).max(1),
      }),
    )
    .min(2)
    .max(6),
  audience_share: z.number().gt(0).max(1),
  primary_metric: z.enum(experimentMetrics),
  secondary_metrics: z.array(z.enum(experimentMetrics)).max(experimentMetrics.length),
  guard_metrics: z.array(z.enum(experimentMetrics)).max(experimentMetrics.length),
  /** Smallest relative change that is worth finding, 0.1 for 10 %. */
  minimum_effect: z.number().gt(0).max(5),
  /** Days after their first exposure in which a person's outcomes count. */
  window_days: z.number().int().min(1).max(90),
  created_at: moment,
  started_at: moment.nullable(),
  stopped_at: moment.nullable(),
  changed_by: z.string().max(200),
});

export type ExperimentState = z.infer<typeof experimentState>;

/** Names of the events that an experiment is made of. They stand under keys that begin with `e:`, which no sender can use. */
export const experimentEvents = {
  defined: 'Experiment Defined',
  started: 'Experiment Started',
  stopped: 'Experiment Stopped',
  archived: 'Experiment Archived',
} as const;

/** Key of an experiment in the log. */
export const experimentLogKey = (experiment: string): string => `e:${experiment}`;

/** The events of experiments within a range of the log, in SQL. */
export const experimentChanges = `seq > $1 AND seq <= $2 AND left(customer_key, 2) = 'e:'
  AND name IN (${Object.values(experimentEvents)
    .map((name) => `'${name}'`)
    .join(', ')})`;
