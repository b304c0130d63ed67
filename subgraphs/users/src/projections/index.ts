import type { Projection } from '@cda/platform/events/projection.ts';
import { customer } from './customer.ts';

/** Read models that this subgraph keeps from the log. */
export const projections: readonly Projection[] = [customer];
