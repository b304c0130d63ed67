import { dayIndexAt, dayMs, localDays } from '@cda/standalone/demo-shop/days.ts';
import { blackFriday, easterSunday, isSpecialDay, shopSeason } from '@cda/standalone/demo-shop/season.ts';
import { describe, expect, test } from 'vitest';

const dateOf = (epochDay: number): string => new Date(epochDay * dayMs).toISOString().slice(0, 10);

describe('the shop’s calendar', () => {
  const until = new Date('2026-11-23T03:40:00Z');
  const { days, horizon } = localDays(until, 18, 90, 'Europe/Berlin');

  test('goes from 18 months back to the day of `until`, and ahead', () => {
    expect(days[0]!.date).toBe('2025-05-23');
    expect(days[horizon - 1]!.date).toBe('2026-11-23');
    expect(days[horizon - 1]!.start).toBeLessThanOrEqual(until.getTime());
    expect(days[horizon - 1]!.end).toBeGreaterThan(until.getTime());
    expect(days).toHaveLength(horizon + 90);
  });

  test('has days without gaps that begin at local midnight, 23 and 25 hours long when the clocks change', () => {
    for (const day of days) {
      if (day.index > 0) expect(days[day.index - 1]!.end).toBe(day.start);
      const local = new Date(day.start).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' });
      expect(local).toBe(`${day.date} 00:00:00`);
      expect(new Date(day.date).getUTCDay()).toBe((day.weekday + 1) % 7);
    }
    const hours = (date: string): number =>
      days.filter((day) => day.date === date).map(({ start, end }) => (end - start) / 3_600_000)[0]!;
    expect(hours('2025-10-26')).toBe(25);
    expect(hours('2026-03-29')).toBe(23);
    expect(hours('2026-03-30')).toBe(24);
  });

  test('takes the local day of `until`, and the last day of a month that is too short', () => {
    const late = localDays(new Date('2026-08-31T23:30:00Z'), 18, 0, 'Europe/Berlin');
    expect(late.days.at(-1)!.date).toBe('2026-09-01');
    const short = localDays(new Date('2026-08-31T12:00:00Z'), 18, 0, 'Europe/Berlin');
    expect(short.days[0]!.date).toBe('2025-02-28');
  });

  test('finds the day of an instant, its first and its last included', () => {
    for (const day of days) {
      expect(dayIndexAt(days, day.start)).toBe(day.index);
      expect(dayIndexAt(days, day.end - 1)).toBe(day.index);
    }
    expect(dayIndexAt(days, days[0]!.start - 1)).toBe(-1);
    expect(dayIndexAt(days, days.at(-1)!.end)).toBe(days.length);
  });

  test('knows Easter and Black Friday', () => {
    const easters = [
      '2023-04-09',
      '2024-03-31',
      '2025-04-20',
      '2026-04-05',
      '2027-03-28',
      '2038-04-25',
      '2049-04-18',
      '2076-04-19',
    ];
    for (const date of easters) expect(dateOf(easterSunday(Number(date.slice(0, 4))))).toBe(date);
    const fridays = ['2023-11-24', '2024-11-29', '2025-11-28', '2026-11-27', '2027-11-26', '2029-11-23'];
    for (const date of fridays) expect(dateOf(blackFriday(Number(date.slice(0, 4))))).toBe(date);
  });

  test('sells most on Black Friday, little at Christmas, and calls both special', () => {
    const season = (date: string) => shopSeason(days.find((day) => day.date === date)!);
    const special = (date: string) => isSpecialDay(days.find((day) => day.date === date)!);
    expect(season('2025-11-28')).toBe(Math.max(...days.map(shopSeason)));
    expect(season('2025-12-25')).toBeLessThan(0.8 * season('2025-12-11'));
    expect(season('2026-06-14')).toBeGreaterThan(season('2026-06-13'));
    expect([special('2025-11-28'), special('2025-12-25'), special('2026-04-05'), special('2026-06-13')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
