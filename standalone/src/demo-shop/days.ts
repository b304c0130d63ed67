/** One day of the shop's calendar, cut in the shop's time zone. */
export interface Day {
  /** 0 is the first day of the simulation. */
  index: number;
  /** The day is [start, end), milliseconds of the epoch. */
  start: number;
  end: number;
  /** YYYY-MM-DD in the shop's time zone. */
  date: string;
  year: number;
  /** 1..12. */
  month: number;
  dayOfMonth: number;
  /** 0 is Monday. */
  weekday: number;
  /** Weeks begin on Monday; 0 is the week of the first day. */
  week: number;
  /** Days since 1970-01-01 of the local date. */
  epochDay: number;
}

export const dayMs = 86_400_000;

/**
 * The days from `months` before the local date of `until` up to `ahead` days past it.
 * `horizon` is the number of days that have begun at `until`: the last of them is not over yet.
 */
export function localDays(
  until: Date,
  months: number,
  ahead: number,
  timeZone: string,
): { days: Day[]; horizon: number } {
  const offset = offsetReader(timeZone);
  const local = new Date(until.getTime() + offset(until.getTime()));
  const last = Math.floor(local.getTime() / dayMs);
  const monthStart = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - months, 1));
  const monthLength = new Date(Date.UTC(monthStart.getUTCFullYear(), monthStart.getUTCMonth() + 1, 0)).getUTCDate();
  const first = monthStart.getTime() / dayMs + Math.min(local.getUTCDate(), monthLength) - 1;
  const midnight = (epochDay: number): number => {
    const wall = epochDay * dayMs;
    const guess = wall - offset(wall);
    return wall - offset(guess);
  };
  const firstWeek = Math.floor((first + 3) / 7);
  const days: Day[] = [];
  let start = midnight(first);
  for (let epochDay = first; epochDay <= last + ahead; epochDay++) {
    const end = midnight(epochDay + 1);
    const date = new Date(epochDay * dayMs);
    days.push({
      index: epochDay - first,
      start,
      end,
      date: date.toISOString().slice(0, 10),
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      dayOfMonth: date.getUTCDate(),
      weekday: (epochDay + 3) % 7,
      week: Math.floor((epochDay + 3) / 7) - firstWeek,
      epochDay,
    });
    start = end;
  }
  return { days, horizon: last - first + 1 };
}

/** Index of the day that holds the instant `at`, or -1 before the first day and `days.length` after the last. */
export function dayIndexAt(days: readonly Day[], at: number): number {
  const first = days[0]!.start;
  let index = Math.min(days.length - 1, Math.max(0, Math.floor((at - first) / dayMs)));
  while (index >= 0 && days[index]!.start > at) index--;
  while (index < days.length && days[index < 0 ? 0 : index]!.end <= at) index++;
  return index;
}

/** Offset of the zone from UTC in milliseconds at an instant. */
function offsetReader(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
    if (!match) return 0;
    return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
  };
}
