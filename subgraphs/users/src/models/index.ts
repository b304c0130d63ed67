import type { ModelDefinition } from '@cda/platform/models/define-model.ts';
import { churn } from './churn.ts';
import { lifetimeValue } from './lifetime-value.ts';
import { segmentation } from './segmentation.ts';
import { unusualCustomers } from './unusual-customers.ts';

/** Models of this subgraph. Training, schedule, registry, health and the graph's `models` follow from this list. */
export const models: readonly ModelDefinition[] = [segmentation, churn, lifetimeValue, unusualCustomers];
