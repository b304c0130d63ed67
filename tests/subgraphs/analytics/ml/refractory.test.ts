import { expect, test } from 'vitest';
import { suppressRepeats } from '../../../../subgraphs/analytics/src/ml/refractory.ts';

test('of alarms in a row the first passes, and any that is clearly worse', () => {
  const scores = Float64Array.of(0, 3, 3.1, 2, 5, 5, 0, 0, 0, 0, 3);
  expect([...suppressRepeats(scores, 4, 0.5)]).toEqual([0, 3, 0, 0, 5, 0, 0, 0, 0, 0, 3]);
});

test('agrees with looking back row by row', () => {
  const scores = Float64Array.from({ length: 200 }, (_, i) => Math.abs(Math.sin(i * 12.9898) * 5));
  const passed = suppressRepeats(scores, 9, 0.4);
  scores.forEach((score, row) => {
    const highest = Math.max(0, ...scores.slice(Math.max(0, row - 9), row));
    expect(passed[row]).toBe(score > highest + 0.4 ? score : 0);
  });
});
