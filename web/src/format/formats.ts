/** An amount as the graph gives it: integer minor units of one currency. */
export interface Amount {
  amountMinor: number;
  currency: string;
}

/** How exactly an amount is written: to the cent, to the whole unit, or short (1.2M). */
export type Precision = 'exact' | 'whole' | 'compact';

/** Writes numbers, money and moments in the reader's language and the shop's currency and time zone. */
export interface Formats {
  money(amount: Amount, precision?: Precision): string;
  /** Minor units of the shop's own currency. */
  minor(amountMinor: number, precision?: Precision): string;
  count(value: number): string;
  compact(value: number): string;
  decimal(value: number, digits?: number): string;
  /** With its sign, unless it rounds to nothing. */
  signed(value: number, digits?: number): string;
  /** With exactly so many digits after the point: for columns. */
  fixed(value: number, digits: number): string;
  /** A part, 0 to 1, as per cent; whole per cent from 10 % on. */
  percent(part: number, digits?: number): string;
  /** The same with its sign. */
  change(part: number): string;
  /** A calendar day, `YYYY-MM-DD`: no time zone moves it. */
  day(date: string): string;
  dayShort(date: string): string;
  weekday(date: string): string;
  month(date: string): string;
  /** A moment, cut in the shop's time zone. */
  moment(iso: string): string;
  momentDay(iso: string): string;
  /** How long ago by the wall clock. */
  ago(iso: string, now: number): string;
  duration(ms: number): string;
}

interface FormatsOptions {
  /** Language tag for Intl. */
  language: string;
  currency: string;
  timeZone: string;
  justNow: string;
}

const ages: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** Something of Intl that writes values. */
interface Writer<Value> {
  format(value: Value): string;
}

/** A number with the true minus (U+2212), as wide and as high as the plus; Intl writes a hyphen. */
const withMinus = (format: Intl.NumberFormat): Writer<number> => ({
  format: (value) => format.format(value).replaceAll('-', '\u2212'),
});

/** A date whose year keeps the abbreviation that Russian sets behind it on its own line. */
const withYearMark = (format: Intl.DateTimeFormat): Writer<Date> => ({
  format: (value) => format.format(value).replaceAll(' г.', '\u00a0г.'),
});

/** Formats of one language and one shop. Building them is slow (Intl); using them is not: build once, keep. */
export function createFormats({ language, currency, timeZone, justNow }: FormatsOptions): Formats {
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options);
  const date = (options: Intl.DateTimeFormatOptions) => withYearMark(new Intl.DateTimeFormat(language, options));
  const kept = new Map<string, Writer<number>>();
  const keep = (key: string, options: () => Intl.NumberFormatOptions): Writer<number> => {
    let format = kept.get(key);
    if (!format) {
      format = withMinus(number(options()));
      kept.set(key, format);
    }
    return format;
  };
  const digitsOf = new Map<string, number>();
  const fractionDigits = (code: string): number => {
    let digits = digitsOf.get(code);
    if (digits === undefined) {
      digits = number({ style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
      digitsOf.set(code, digits);
    }
    return digits;
  };
  const money = (amount: Amount, precision: Precision = 'exact'): string => {
    const major = amount.amountMinor / 10 ** fractionDigits(amount.currency);
    return keep(`${amount.currency} ${precision}`, () => ({
      style: 'currency',
      currency: amount.currency,
      currencyDisplay: 'narrowSymbol',
      ...(precision === 'whole' ? { maximumFractionDigits: 0 } : {}),
      ...(precision === 'compact' ? { notation: 'compact', maximumSignificantDigits: 3 } : {}),
    })).format(major);
  };
  const day = date({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const dayShort = date({ day: 'numeric', month: 'short', timeZone: 'UTC' });
  const weekday = date({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const month = date({ month: 'short', year: 'numeric', timeZone: 'UTC' });
  const moment = date({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  const momentDay = date({ day: 'numeric', month: 'short', year: 'numeric', timeZone });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'long' });
  const seconds = keep('seconds', () => ({ style: 'unit', unit: 'second', maximumFractionDigits: 1 }));
  const minutes = keep('minutes', () => ({ style: 'unit', unit: 'minute', maximumFractionDigits: 0 }));
  const percent = (part: number, digits = Math.abs(part) < 0.0995 ? 1 : 0): string =>
    keep(`percent ${digits}`, () => ({ style: 'percent', maximumFractionDigits: digits })).format(part);
  const utc = (text: string) => new Date(`${text}T00:00:00Z`);
  return {
    money,
    minor: (amountMinor, precision) => money({ amountMinor, currency }, precision),
    count: (value) => keep('count', () => ({ maximumFractionDigits: 0 })).format(value),
    compact: (value) => keep('compact', () => ({ notation: 'compact', maximumSignificantDigits: 3 })).format(value),
    decimal: (value, digits = 2) =>
      keep(`decimal ${digits}`, () => ({ maximumFractionDigits: digits, signDisplay: 'negative' })).format(value),
    signed: (value, digits = 2) =>
      keep(`signed ${digits}`, () => ({ maximumFractionDigits: digits, signDisplay: 'exceptZero' })).format(value),
    fixed: (value, digits) =>
      keep(`fixed ${digits}`, () => ({ minimumFractionDigits: digits, maximumFractionDigits: digits })).format(value),
    percent,
    change: (part) =>
      keep('change', () => ({ style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 1 })).format(
        Math.abs(part) >= 0.0995 ? Math.round(part * 100) / 100 : part,
      ),
    day: (text) => day.format(utc(text)),
    dayShort: (text) => dayShort.format(utc(text)),
    weekday: (text) => weekday.format(utc(text)),
    month: (text) => month.format(utc(text)),
    moment: (iso) => moment.format(new Date(iso)),
    momentDay: (iso) => momentDay.format(new Date(iso)),
    ago: (iso, now) => {
      const ageMs = now - Date.parse(iso);
      const [unit, unitMs] = ages.find(([, ms]) => ageMs >= ms) ?? [];
      return unit && unitMs ? relative.format(-Math.floor(ageMs / unitMs), unit) : justNow;
    },
    duration: (ms) => (ms < 90_000 ? seconds.format(ms / 1000) : minutes.format(ms / 60_000)),
  };
}
