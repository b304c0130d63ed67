import type { ModelDefinition } from '@cda/platform/models/define-model.ts';
import { hybrid } from './hybrid.ts';

/** Models of this subgraph. Training, schedule, registry, health and the graph's `models` follow from this list. */
export const models: readonly ModelDefinition[] = [hybrid];
