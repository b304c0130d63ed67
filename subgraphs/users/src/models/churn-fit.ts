import type { Trained, TrainOptions } from '@cda/platform/models/define-model.ts';
import type { ChurnData } from '../features/churn-input.ts';
import { toChurnInput } from '../features/churn-windows.ts';
import { type FittedChurn, train as trainChurn } from '../ml/churn-estimator.ts';

/** The fitted model with what else is kept of the customers: features of what they bought, n × `productFeatures`. */
export interface FittedChurnWithProducts extends FittedChurn {
  products: Float32Array;
}

/** Fits the churn model on what the tables tell, in the estimator's thread: making columns of them is work, too. */
export function train(data: Omit<ChurnData, 'customers'>, options: TrainOptions): Trained<FittedChurnWithProducts> {
  const { input, products } = toChurnInput(data);
  const trained = trainChurn(input, options);
  return { ...trained, fitted: { ...trained.fitted, products } };
}
