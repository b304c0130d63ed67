import type { ModelDefinition } from '@cda/platform/models/define-model.ts';
import { anomalies } from './anomalies.ts';
import { forecast } from './forecast.ts';

/** Models of this subgraph. Training, schedule, registry, health and the graph's `models` follow from this list. */
export const models: readonly ModelDefinition[] = [anomalies, forecast];
