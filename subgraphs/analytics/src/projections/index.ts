import { identityProjection } from '@cda/platform/events/identity.ts';
import type { Projection } from '@cda/platform/events/projection.ts';
import { daily } from './daily.ts';
import { eventTotals } from './event-totals.ts';
import { customerOutcome, experiment, experimentExposure } from './experiments.ts';

/** Read models that this subgraph keeps from the log. */
export const projections: readonly Projection[] = [
  identityProjection('analytics'),
  daily,
  eventTotals,
  experiment,
  experimentExposure,
  customerOutcome,
];
