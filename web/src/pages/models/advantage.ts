/** A measure of a model beside its baseline's on the same hold-out. */
export interface Measured {
  value: number;
  baseline?: number | null;
  higherIsBetter?: boolean | null;
}

/** By which part the model is better (above 0) or worse than its baseline; null where there is none to compare with. */
export function advantage({ value, baseline, higherIsBetter }: Measured): number | null {
  if (baseline == null || higherIsBetter == null || baseline === 0) return null;
  const part = (value - baseline) / Math.abs(baseline);
  return higherIsBetter ? part : -part;
}
