import { expect, test } from 'vitest';
import { toDelta } from '../../../web/src/format/delta.ts';

test('more revenue is better, more refunds are worse', () => {
  expect(toDelta(120, 100, 'up')).toEqual({ kind: 'changed', part: 0.2, better: true });
  expect(toDelta(120, 100, 'down')).toEqual({ kind: 'changed', part: 0.2, better: false });
});

test('something where nothing was is new, not 100 %', () => {
  expect(toDelta(5, 0, 'up')).toEqual({ kind: 'new', better: true });
  expect(toDelta(5, 0, 'down')).toEqual({ kind: 'new', better: false });
});

test('nothing where nothing was is no change', () => {
  expect(toDelta(0, 0, 'up')).toEqual({ kind: 'same' });
});

test('a change too small to write is none', () => {
  expect(toDelta(100_001, 100_000, 'up')).toEqual({ kind: 'same' });
});

test('a figure that is missing compares with nothing', () => {
  expect(toDelta(null, 3, 'up')).toEqual({ kind: 'none' });
  expect(toDelta(3, undefined, 'up')).toEqual({ kind: 'none' });
});

test('from below zero the direction still holds', () => {
  expect(toDelta(-50, -100, 'up')).toEqual({ kind: 'changed', part: 0.5, better: true });
});
