/** Which way of a figure is good for the shop. */
export type GoodDirection = 'up' | 'down';

/** How a figure stands to the one compared with. */
export type Delta =
  /** By which part it changed, and whether that is good. */
  | { kind: 'changed'; part: number; better: boolean }
  | { kind: 'same' }
  /** There was nothing before: no per cent of zero. */
  | { kind: 'new'; better: boolean }
  /** There is nothing to compare with. */
  | { kind: 'none' };

/** Compares two figures; `null` or `undefined` is a figure that does not exist. A change under 0.05 % is none. */
export function toDelta(
  value: number | null | undefined,
  before: number | null | undefined,
  good: GoodDirection,
): Delta {
  if (value == null || before == null) return { kind: 'none' };
  if (value === before) return { kind: 'same' };
  const better = value > before === (good === 'up');
  if (before === 0) return { kind: 'new', better };
  const part = (value - before) / Math.abs(before);
  return Math.abs(part) < 0.0005 ? { kind: 'same' } : { kind: 'changed', part, better };
}
