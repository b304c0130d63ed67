/** Milliseconds by which a zone's clock is ahead of UTC at a moment. */
function aheadOfUtc(utc: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(utc);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    Math.floor(utc / 1000) * 1000
  );
}

/** The moment at which a calendar day `YYYY-MM-DD` begins by the clocks of a zone. */
export function startOfDay(day: string, timeZone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The zone's offset is asked for at the moment found, too: clocks may change between the two.
  const near = midnight - aheadOfUtc(midnight, timeZone);
  return new Date(midnight - aheadOfUtc(near, timeZone)).toISOString();
}

/** The calendar day of a zone that a moment falls on, `YYYY-MM-DD`. */
export function dayOf(iso: string, timeZone: string): string {
  const utc = Date.parse(iso);
  return new Date(utc + aheadOfUtc(utc, timeZone)).toISOString().slice(0, 10);
}
