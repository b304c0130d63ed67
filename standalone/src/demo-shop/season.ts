import { type Day, dayMs } from './days.ts';

/** Demand by weekday, Monday first: evenings of the working week and Sundays carry an online shop. */
const weekdayDemand = [1.06, 1.0, 0.98, 1.0, 0.92, 0.86, 1.18];

/** Demand in the middle of each month, January first. */
const monthDemand = [0.92, 0.9, 0.97, 1.0, 1.0, 0.94, 0.86, 0.88, 1.0, 1.05, 1.22, 1.36];

/** Demand of the shop on a day against an ordinary one: week × year × holidays, without growth and without anomalies. */
export function shopSeason(day: Day): number {
  return weekdayDemand[day.weekday]! * yearlySeason(day) * holidayDemand(day);
}

/** The slow part of the season, by straight lines between the middles of the months. */
export function yearlySeason(day: Day): number {
  const position = day.month - 1 + (day.dayOfMonth - 15) / 30.4;
  const before = Math.floor(position);
  const share = position - before;
  return monthDemand[(before + 12) % 12]! * (1 - share) + monthDemand[(before + 13) % 12]! * share;
}

/** Day number of Black Friday: the day after the fourth Thursday of November. */
export function blackFriday(year: number): number {
  const november = Date.UTC(year, 10, 1) / dayMs;
  const firstThursday = november + ((10 - ((november + 3) % 7)) % 7);
  return firstThursday + 22;
}

/** Day number of Easter Sunday in the Gregorian calendar (Gauss's rule with the corrections of 1900 to 2099). */
export function easterSunday(year: number): number {
  const moon = (19 * (year % 19) + 24) % 30;
  const sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7;
  const late = moon + sunday;
  const tooLate = late === 35 || (late === 34 && moon === 28 && year % 19 > 10);
  return Date.UTC(year, 2, 22) / dayMs + late - (tooLate ? 7 : 0);
}

/** True where demand is unusual every year, so that nothing unusual should be planted there. */
export function isSpecialDay(day: Day): boolean {
  const fromBlackFriday = day.epochDay - blackFriday(day.year);
  return (
    (fromBlackFriday >= -6 && fromBlackFriday <= 5) ||
    (day.month === 12 && day.dayOfMonth >= 8) ||
    (day.month === 1 && day.dayOfMonth <= 9) ||
    Math.abs(day.epochDay - easterSunday(day.year)) <= 3
  );
}

function holidayDemand(day: Day): number {
  const fromBlackFriday = day.epochDay - blackFriday(day.year);
  if (fromBlackFriday === 0) return 2.5;
  if (fromBlackFriday === 3) return 1.9;
  if (fromBlackFriday >= -4 && fromBlackFriday <= 2) return 1.45;
  if (day.month === 12 && day.dayOfMonth >= 21 && day.dayOfMonth <= 23) return 0.75;
  if (day.month === 12 && day.dayOfMonth >= 24 && day.dayOfMonth <= 26) return 0.5;
  if (day.month === 12 && day.dayOfMonth >= 27) return 0.7;
  if (day.month === 1 && day.dayOfMonth === 1) return 0.6;
  const fromEaster = day.epochDay - easterSunday(day.year);
  if (fromEaster === -2 || fromEaster === 0 || fromEaster === 1) return 0.75;
  return 1;
}
