import type { CalibrationBin } from '@cda/platform/ml/classification-metrics.ts';
import type { BgNbdParameters } from '../ml/bg-nbd.ts';
import type { FittedLifetimeValue } from '../ml/lifetime-value-estimator.ts';
import { lifetimeValueFeatures } from './lifetime-value-input.ts';

/** What is kept with a version of the lifetime value model. */
interface LifetimeValueArtefact {
  /** Names of what is kept of each customer: those of the code that fitted the version. */
  features: readonly string[];
  orders: BgNbdParameters;
  /** 4 × 4, row-major, of the logarithms; null where the likelihood was flat. */
  covariance: number[] | null;
  reliability: FittedLifetimeValue['reliability'];
}

/** The model of orders that a version answers by, and how far its probabilities held later. */
export interface KeptOrders {
  /** In weeks. */
  model: BgNbdParameters & { covariance: Float64Array | undefined };
  /** Length of the hold-out, and what was said and seen in it. */
  holdOutWeeks: number;
  curve: readonly CalibrationBin[];
}

export function toLifetimeValueArtefact({ orders, reliability }: FittedLifetimeValue): LifetimeValueArtefact {
  const { r, alpha, a, b, leavesAtOnce, covariance } = orders;
  return {
    features: lifetimeValueFeatures,
    orders: { r, alpha, a, b, leavesAtOnce: leavesAtOnce ?? false },
    covariance: covariance ? [...covariance] : null,
    reliability,
  };
}

/** The model of a version; undefined for one of earlier code. */
export function fromLifetimeValueArtefact(artefact: unknown): KeptOrders | undefined {
  const { features, orders, covariance, reliability } = (artefact ?? {}) as Partial<LifetimeValueArtefact>;
  if (features?.join() !== lifetimeValueFeatures.join() || !orders || !reliability) return undefined;
  return {
    model: { ...orders, covariance: covariance ? Float64Array.from(covariance) : undefined },
    holdOutWeeks: reliability.weeks,
    curve: reliability.curve,
  };
}
