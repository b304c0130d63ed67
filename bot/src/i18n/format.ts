import { type BotLocale, languageTags } from './locale.ts';

/** An amount as the graph gives it. */
interface Amount {
  amountMinor: number;
  currency: string;
}

/** Ways to write figures in one language. */
export interface Format {
  number(value: number, fractionDigits?: number): string;
  /** `part` is 0 to 1. */
  percent(part: number, fractionDigits?: number): string;
  money(amount: Amount): string;
  /** A day of the shop's calendar, `YYYY-MM-DD`. */
  day(date: string): string;
  /** Two days, the year said once where it is the same. */
  days(from: string, to: string): string;
  /** A moment in the shop's time zone, with the zone's name. */
  moment(at: string, timeZone: string): string;
  /** How long ago, in the largest unit that is whole; undefined within the last minute. */
  ago(at: string, now: Date): string | undefined;
}

const formats = new Map<BotLocale, Format>();

/** The way figures are written in a language. Formatters of `Intl` are costly to make, so there is one set a language. */
export function formatFor(locale: BotLocale): Format {
  const known = formats.get(locale);
  if (known) return known;
  const made = createFormat(languageTags[locale]);
  formats.set(locale, made);
  return made;
}

function createFormat(tag: string): Format {
  const numbers = new Map<number, Intl.NumberFormat>();
  const percents = new Map<number, Intl.NumberFormat>();
  const moneys = new Map<string, Intl.NumberFormat>();
  const day = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'always' });
  const atNoon = (date: string): Date => new Date(`${date}T12:00:00Z`);
  const remembered = <K>(cache: Map<K, Intl.NumberFormat>, key: K, options: Intl.NumberFormatOptions) => {
    const format = cache.get(key) ?? new Intl.NumberFormat(tag, options);
    cache.set(key, format);
    return format;
  };
  return {
    number: (value, digits = 0) =>
      remembered(numbers, digits, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    percent: (part, digits = 0) =>
      remembered(percents, digits, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(part),
    money: ({ amountMinor, currency }) => {
      const format = remembered(moneys, currency, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
      return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    day: (date) => day.format(atNoon(date)),
    days: (from, to) =>
      // Thin spaces around the dash show as boxes in some fonts.
      from === to
        ? day.format(atNoon(from))
        : day.formatRange(atNoon(from), atNoon(to)).replaceAll(/[\u2009\u202f]/g, ' '),
    moment: (at, timeZone) =>
      new Intl.DateTimeFormat(tag, {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        timeZone,
        timeZoneName: 'short',
      }).format(new Date(at)),
    ago: (at, now) => {
      const minutes = Math.max(0, Math.round((now.getTime() - new Date(at).getTime()) / 60_000));
      if (minutes === 0) return undefined;
      if (minutes < 60) return relative.format(-minutes, 'minute');
      if (minutes < 48 * 60) return relative.format(-Math.round(minutes / 60), 'hour');
      return relative.format(-Math.round(minutes / 1440), 'day');
    },
  };
}
