import { describe, expect, test } from 'vitest';
import { daysIn, isDay, periodDays, readPeriod, toVariables, writePeriod } from '../../../web/src/period/period.ts';
import { comparisons, presets } from '../../../web/src/period/presets.ts';

const read = (search: string) => readPeriod(new URLSearchParams(search));
const today = '2011-12-09';

describe('a period in the URL', () => {
  test('without one is the last 28 days beside the 28 before', () => {
    expect(read('')).toEqual({ range: 'LAST_28_DAYS', between: null, compareTo: 'PREVIOUS_PERIOD', interval: 'DAY' });
  });

  test.each(presets)('$url is read back as it was written', ({ range }) => {
    const written = writePeriod(new URLSearchParams(), { range });
    expect(readPeriod(written).range).toBe(range);
  });

  test.each(comparisons)('comparison $url is read back as it was written', ({ compareTo }) => {
    expect(readPeriod(writePeriod(new URLSearchParams(), { compareTo })).compareTo).toBe(compareTo);
  });

  test('the default leaves no trace in it', () => {
    const search = new URLSearchParams('period=7d&compare=none');
    expect(writePeriod(search, { range: 'LAST_28_DAYS', compareTo: 'PREVIOUS_PERIOD' }).toString()).toBe('');
  });

  test('own dates take the place of the preset, and points as wide as the span asks for', () => {
    expect(read('period=2011-01-01..2011-01-31')).toMatchObject({
      between: { from: '2011-01-01', to: '2011-01-31' },
      interval: 'DAY',
    });
    expect(read('period=2010-12-01..2011-12-09').interval).toBe('WEEK');
    expect(read('period=2008-12-01..2011-12-09').interval).toBe('MONTH');
  });

  test.each([
    '2011-02-31..2011-03-01',
    '2011-03-02..2011-03-01',
    '2011-03-01',
    '..',
    'x..y',
    '2011-01-01..2011-01-02..2011-01-03',
  ])('nonsense (%s) is the default', (period) => {
    expect(read(`period=${period}`)).toMatchObject({ range: 'LAST_28_DAYS', between: null });
  });

  test('all time is compared with nothing: nothing was before', () => {
    expect(read('period=all&compare=year').compareTo).toBeNull();
  });

  test('other parameters survive a change, a chosen width of points does not survive another period', () => {
    const next = writePeriod(new URLSearchParams('q=1&by=month'), { range: 'TODAY' });
    expect(next.get('q')).toBe('1');
    expect(next.has('by')).toBe(false);
  });

  test('as variables leaves out what is not set, rather than sending null', () => {
    expect(toVariables(read('compare=none'))).toEqual({ range: 'LAST_28_DAYS', interval: 'DAY' });
  });
});

describe('the days of a preset by the shop’s today', () => {
  test.each([
    ['TODAY', '2011-12-09', '2011-12-09'],
    ['LAST_7_DAYS', '2011-12-03', '2011-12-09'],
    ['LAST_28_DAYS', '2011-11-12', '2011-12-09'],
    ['LAST_91_DAYS', '2011-09-10', '2011-12-09'],
    ['LAST_364_DAYS', '2010-12-11', '2011-12-09'],
    ['THIS_MONTH', '2011-12-01', '2011-12-09'],
    ['LAST_MONTH', '2011-11-01', '2011-11-30'],
    ['THIS_YEAR', '2011-01-01', '2011-12-09'],
  ] as const)('%s is %s to %s', (range, from, to) => {
    expect(periodDays({ range, between: null }, today)).toEqual({ from, to });
  });

  test('all time has no first day that a page could know', () => {
    expect(periodDays({ range: 'ALL_TIME', between: null }, today)).toBeNull();
  });

  test('last month of January is December of the year before', () => {
    expect(periodDays({ range: 'LAST_MONTH', between: null }, '2024-01-15')).toEqual({
      from: '2023-12-01',
      to: '2023-12-31',
    });
  });
});

test('both ends of a range count', () => {
  expect(daysIn({ from: '2024-02-28', to: '2024-03-01' })).toBe(3);
});

test('a day is one of the calendar', () => {
  expect(isDay('2024-02-29')).toBe(true);
  expect(isDay('2023-02-29')).toBe(false);
});

test('no two presets share a key or a word of the URL', () => {
  expect(new Set(presets.map(({ key }) => key)).size).toBe(presets.length);
  expect(new Set(presets.map(({ url }) => url)).size).toBe(presets.length);
});
