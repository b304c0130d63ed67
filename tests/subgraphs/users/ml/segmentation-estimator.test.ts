import { createRandom } from '@cda/platform/ml/random.ts';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../../../subgraphs/users/src/ml/cluster-quality.ts';
import { explainNearestCentre } from '../../../../subgraphs/users/src/ml/nearest-centre-explanation.ts';
import { applyScaling } from '../../../../subgraphs/users/src/ml/scaling.ts';
import { type SegmentationInput, train } from '../../../../subgraphs/users/src/ml/segmentation-estimator.ts';
import { train as findUnusual } from '../../../../subgraphs/users/src/ml/unusual-customers-estimator.ts';

/** Customers of four kinds: recency, orders, revenue and tenure of each. */
const kinds = [
  [8, 20, 200_000, 500],
  [30, 2, 8_000, 60],
  [120, 6, 50_000, 450],
  [300, 1, 3_000, 320],
] as const;

function simulate(n: number, seed: number): SegmentationInput & { kind: Int32Array } {
  const random = createRandom(seed);
  const kind = Int32Array.from({ length: n }, () => random.integer(kinds.length));
  const facts = Float64Array.from(
    { length: n * 4 },
    (_, at) => kinds[kind[at >> 2]!]![at % 4]! * Math.exp(0.15 * random.normal()),
  );
  return {
    kind,
    columns: ['recency', 'orders', 'revenue', 'tenure'],
    x: facts.map((v) => Math.log1p(v)),
    facts,
    usualGapDays: 30,
    earlier: { x: facts.map((v) => Math.log1p(v)), spend: Float64Array.from(kind, (k) => (k === 0 ? 20_000 : 0)) },
    previous: [],
  };
}

const options = { seed: 1, progress: () => {} };

describe('the segmentation', () => {
  const input = simulate(800, 1);
  const { fitted, primary, metrics } = train(input, options);

  test('finds the kinds of customers, and names them by what they are like', () => {
    expect(adjustedRandIndex(fitted.segment, input.kind)).toBeGreaterThan(0.99);
    const nameOf = (kind: number): string => fitted.segments[fitted.segment[input.kind.indexOf(kind)]!]!.key;
    expect([0, 1, 2, 3].map(nameOf)).toEqual(['champions', 'new', 'at-risk', 'lost']);
    expect(fitted.segments.reduce((sum, { size }) => sum + size, 0)).toBe(800);
  });

  test('beats groups by RFM score, and says what it measured', () => {
    expect(primary.value).toBeGreaterThan(primary.baseline);
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  });

  test('explains each customer by parts that add up to the margin', () => {
    for (let i = 0; i < 800; i++) {
      const x = applyScaling(fitted.scaling, input.x.slice(i * 4, i * 4 + 4));
      const { cluster, rival, contributions } = explainNearestCentre(x, fitted.centres, 4);
      expect(contributions.reduce((sum, v) => sum + v, 0)).toBeCloseTo(fitted.margin[i]!, 9);
      expect(fitted.margin[i]).toBeGreaterThanOrEqual(0);
      expect(cluster).toBe(fitted.segment[i]);
      expect(rival).not.toBe(cluster);
    }
  });

  test('gives a rule that tells a segment from the rest', () => {
    const champions = fitted.segments.find(({ key }) => key === 'champions')!;
    expect(champions.rules[0]!.share).toBeGreaterThan(0.95);
  });

  test('lets a segment go on under its id and name when customers have changed a little', () => {
    const previous = fitted.segments.map(({ key, centre }, i) => ({ id: `id-${i}`, key, centre: [...centre] }));
    const again = train({ ...simulate(700, 2), previous }, options);
    for (const segment of again.fitted.segments) {
      const before = previous.find(({ id }) => id === segment.continues);
      expect(before?.key).toBe(segment.key);
    }
    expect(new Set(again.fitted.segments.map(({ continues }) => continues)).size).toBe(again.fitted.segments.length);
  });

  test('takes a cluster for a new segment where it is far from all old ones', () => {
    const previous = [{ id: 'far', key: 'champions', centre: [50, 50, 50, 50] }];
    for (const { continues } of train({ ...input, previous }, options).fitted.segments)
      expect(continues).toBeUndefined();
  });
});

test('unusual customers are those that stand outside the crowd, and stay so', () => {
  const now = simulate(600, 3);
  const x = now.x.slice();
  // Ten customers like nobody else.
  for (let i = 0; i < 10; i++) x.set([0.1 * i, 8, 18 + i, 1 + 0.2 * i], i * 4);
  const earlier = x.map((v, at) => v + (at >= 40 ? 0.02 * Math.sin(at) : 0));
  const { fitted, primary } = findUnusual(
    { columns: now.columns, x, earlier: { x: earlier, now: Int32Array.from({ length: 600 }, (_, i) => i) } },
    options,
  );
  expect([...fitted.customer.slice(0, 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(primary.value).toBeGreaterThan(primary.baseline);
  expect(fitted.distance.every(Number.isFinite)).toBe(true);
  const same = {
    columns: ['a'],
    x: new Float64Array(600),
    earlier: { x: new Float64Array(0), now: new Int32Array(0) },
  };
  expect(() => findUnusual(same, options)).toThrow(RangeError);
});

test('of very many customers those who were not drawn are held against the dense neighbourhoods of those who were', () => {
  const random = createRandom(6);
  const n = 110_000;
  const x = Float64Array.from({ length: n * 2 }, (_, at) => random.normal() + ((at >> 1) % 2) * 12);
  // One in eleven is not drawn: of forty strangers, some.
  const strangers = Array.from({ length: 40 }, (_, i) => 2750 * i);
  for (const [s, i] of strangers.entries()) x.set([40 + 6 * s, -30 - 5 * s], i * 2);
  const earlier = { x: x.slice(0, 12_000), now: Int32Array.from({ length: 6_000 }, (_, i) => i) };
  const { fitted, metrics } = findUnusual({ columns: ['a', 'b'], x, earlier }, options);
  expect([...fitted.customer.slice(0, 40)].sort((a, b) => a - b)).toEqual(strangers);
  expect(metrics['stillUnusual']).toBeGreaterThanOrEqual(3);
  for (const [at, i] of fitted.customer.entries()) {
    const [a, b] = [fitted.deviation[at * 2]!, fitted.deviation[at * 2 + 1]!];
    expect(Math.hypot(a, b) / fitted.eps / fitted.distance[at]!).toBeCloseTo(1, 9);
    expect(Number.isFinite(x[i * 2])).toBe(true);
  }
});
