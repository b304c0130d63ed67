import { identityProjection } from '@cda/platform/events/identity.ts';
import type { Projection } from '@cda/platform/events/projection.ts';
import { experiment } from './experiment.ts';
import { interaction } from './interaction.ts';
import { outcome } from './outcome.ts';
import { product } from './product.ts';
import { residence } from './residence.ts';

/** Read models that this subgraph keeps from the log. */
export const projections: readonly Projection[] = [
  identityProjection('recommendations'),
  product,
  interaction,
  outcome,
  residence,
  experiment,
];
