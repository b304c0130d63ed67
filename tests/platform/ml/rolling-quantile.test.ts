import { createRandom } from '@cda/platform/ml/random.ts';
import { createRollingQuantile } from '@cda/platform/ml/rolling-quantile.ts';
import { expect, test } from 'vitest';

test('agrees with sorting the last values anew, ties included', () => {
  const random = createRandom(1);
  const rolling = createRollingQuantile(25);
  const seen: number[] = [];
  for (let i = 0; i < 300; i++) {
    const value = random.integer(12);
    rolling.push(value);
    seen.push(value);
    const last = seen.slice(-25).sort((a, b) => a - b);
    expect(rolling.size).toBe(last.length);
    for (const probability of [0, 0.3, 0.5, 0.95, 1]) {
      expect(rolling.quantile(probability)).toBe(
        last[Math.min(last.length - 1, Math.floor(probability * last.length))],
      );
    }
    expect(rolling.countAtLeast(6)).toBe(last.filter((one) => one >= 6).length);
  }
});

test('an empty window has no quantile', () => {
  expect(createRollingQuantile(3).quantile(0.5)).toBeNaN();
});
