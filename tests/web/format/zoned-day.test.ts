import { describe, expect, test } from 'vitest';
import { dayOf, startOfDay } from '../../../web/src/format/zoned-day.ts';

describe('days of a zone', () => {
  test.each([
    ['2026-11-23', 'Europe/London', '2026-11-23T00:00:00.000Z'],
    ['2026-07-01', 'Europe/London', '2026-06-30T23:00:00.000Z'],
    ['2026-07-01', 'Asia/Kolkata', '2026-06-30T18:30:00.000Z'],
    ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00.000Z'],
    // The clocks go back on that day, and forward on the next: its midnight is still by the old time.
    ['2026-10-25', 'Europe/London', '2026-10-24T23:00:00.000Z'],
    ['2026-03-29', 'Europe/London', '2026-03-29T00:00:00.000Z'],
  ])('%s begins in %s at %s', (day, zone, moment) => {
    expect(startOfDay(day, zone)).toBe(moment);
    expect(dayOf(moment, zone)).toBe(day);
  });

  test('the last moment of a day is of that day', () => {
    expect(dayOf('2026-07-01T22:59:59.999Z', 'Europe/London')).toBe('2026-07-01');
    expect(dayOf('2026-07-01T23:00:00.000Z', 'Europe/London')).toBe('2026-07-02');
  });
});
