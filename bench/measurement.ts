/** One figure, never alone: with what it is compared. */
export interface Measurement {
  name: string;
  value: number;
  unit: string;
  /** What was measured beside it, in the same run. */
  comparedWith: string;
  /** Value of that, in the same unit. */
  other: number;
  /** `value / other`. */
  ratio: number;
  /** What is aimed at, in words; absent where the figure is only watched. */
  goal?: string;
  met?: boolean;
}

/** Makes a measurement; the ratio follows. */
export function measured(
  name: string,
  [value, unit]: [number, string],
  [comparedWith, other]: [string, number],
  goal?: { text: string; met(value: number, ratio: number): boolean },
): Measurement {
  const ratio = other === 0 ? Number.NaN : value / other;
  return {
    name,
    value,
    unit,
    comparedWith,
    other,
    ratio,
    ...(goal ? { goal: goal.text, met: goal.met(value, ratio) } : {}),
  };
}

/** A group of measurements: one file in `groups/`, one line in `main.ts`. */
export interface BenchGroup {
  name: string;
  about: string;
  /** Whether it takes so long that it runs only where it is asked for by name. */
  onlyByName?: boolean;
  run(): AsyncGenerator<Measurement>;
}

/** Milliseconds that `work` takes. */
export async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const from = performance.now();
  const result = await work();
  return [performance.now() - from, result];
}

/** Quantile of a list of numbers, by the nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
