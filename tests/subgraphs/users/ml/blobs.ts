import { createRandom } from '@cda/platform/ml/random.ts';

/** n points around k centres that are `apart` deviations from each other or more, with the number of each point's centre. */
export function drawBlobs(n: number, d: number, k: number, apart: number, seed: number) {
  const random = createRandom(seed);
  const centres: number[][] = [];
  while (centres.length < k) {
    const centre = Array.from({ length: d }, () => (random.next() - 0.5) * apart * k);
    if (centres.every((other) => Math.hypot(...other.map((v, j) => v - centre[j]!)) >= apart)) centres.push(centre);
  }
  const labels = Int32Array.from({ length: n }, () => random.integer(k));
  const x = Float64Array.from(
    { length: n * d },
    (_, at) => centres[labels[Math.floor(at / d)]!]![at % d]! + random.normal(),
  );
  return { x, labels };
}
