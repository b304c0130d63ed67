import { expect, test } from 'vitest';
import { advantage } from '../../../web/src/pages/models/advantage.ts';

test('a model is better where its measure is on the good side of the baseline’s', () => {
  expect(advantage({ value: 0.8, baseline: 0.5, higherIsBetter: true })).toBeCloseTo(0.6);
  expect(advantage({ value: 0.2, baseline: 0.25, higherIsBetter: false })).toBeCloseTo(0.2);
  expect(advantage({ value: 0.3, baseline: 0.25, higherIsBetter: false })).toBeCloseTo(-0.2);
});

test('without a baseline there is nothing to say', () => {
  expect(advantage({ value: 0.8 })).toBeNull();
  expect(advantage({ value: 0.8, baseline: 0, higherIsBetter: true })).toBeNull();
});
