/** Mean and deviation of each column. */
export interface Scaling {
  mean: Float64Array;
  /** Standard deviation; 1 for a constant column, which scales to 0. */
  deviation: Float64Array;
}

/** Measures n × d values (row-major, finite) column by column. O(n · d). */
export function fitScaling(x: Float64Array, d: number, weights?: Float64Array): Scaling {
  const n = x.length / d;
  const mean = new Float64Array(d);
  const deviation = new Float64Array(d);
  let total = 0;
  for (let i = 0; i < n; i++) total += weights === undefined ? 1 : weights[i]!;
  for (let i = 0; i < n; i++) {
    const share = (weights === undefined ? 1 : weights[i]!) / total;
    for (let j = 0; j < d; j++) mean[j]! += share * x[i * d + j]!;
  }
  for (let i = 0; i < n; i++) {
    const share = (weights === undefined ? 1 : weights[i]!) / total;
    for (let j = 0; j < d; j++) deviation[j]! += share * (x[i * d + j]! - mean[j]!) ** 2;
  }
  for (let j = 0; j < d; j++) {
    const value = Math.sqrt(deviation[j]!);
    // What is left of a constant column by rounding is no spread.
    deviation[j] = value > 1e-9 * Math.max(1, Math.abs(mean[j]!)) ? value : 1;
  }
  return { mean, deviation };
}

/** (x − mean) / deviation for n × d values. O(n · d). */
export function applyScaling(scaling: Scaling, x: Float64Array): Float64Array {
  const d = scaling.mean.length;
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) out[i] = (x[i]! - scaling.mean[i % d]!) / scaling.deviation[i % d]!;
  return out;
}
