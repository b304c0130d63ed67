import { type Day, dayMs } from './days.ts';
import { blackFriday } from './season.ts';

/** A coupon for the whole shop during some days. It changes how many order, never a product's own price. */
export interface Campaign {
  code: string;
  name: string;
  nameRu: string;
  percent: number;
  /** First and last day number (days since 1970-01-01), both included. */
  firstEpochDay: number;
  lastEpochDay: number;
}

const yearly = [
  {
    code: 'NEWYEAR',
    name: 'New year, new plans',
    nameRu: 'Новый год — новые планы',
    percent: 15,
    month: 1,
    day: 10,
    length: 6,
  },
  { code: 'VALENTINE', name: 'With love', nameRu: 'С любовью', percent: 10, month: 2, day: 9, length: 6 },
  { code: 'SPRING', name: 'Spring is here', nameRu: 'Весна пришла', percent: 15, month: 3, day: 17, length: 7 },
  { code: 'MAY', name: 'May days', nameRu: 'Майские дни', percent: 10, month: 5, day: 9, length: 6 },
  { code: 'SUMMER', name: 'Summer sale', nameRu: 'Летняя распродажа', percent: 20, month: 7, day: 3, length: 9 },
  { code: 'SCHOOL', name: 'Back to school', nameRu: 'Скоро в школу', percent: 10, month: 8, day: 25, length: 7 },
  { code: 'AUTUMN', name: 'Cosy autumn', nameRu: 'Уютная осень', percent: 15, month: 10, day: 6, length: 7 },
] as const;

/** Coupon of a customer's first order, all year round. */
export const welcomeCoupon = { code: 'WELCOME10', percent: 10 } as const;

/** The campaigns of every year that the days touch, in time order. */
export function planCampaigns(days: readonly Day[]): Campaign[] {
  const campaigns: Campaign[] = [];
  for (let year = days[0]!.year; year <= days.at(-1)!.year; year++) {
    const suffix = String(year % 100);
    for (const { code, name, nameRu, percent, month, day, length } of yearly) {
      const firstEpochDay = Date.UTC(year, month - 1, day) / dayMs;
      campaigns.push({
        code: code + suffix,
        name,
        nameRu,
        percent,
        firstEpochDay,
        lastEpochDay: firstEpochDay + length - 1,
      });
    }
    const friday = blackFriday(year);
    campaigns.push({
      code: `BLACK${suffix}`,
      name: 'Black week',
      nameRu: 'Чёрная неделя',
      percent: 20,
      firstEpochDay: friday - 4,
      lastEpochDay: friday + 3,
    });
  }
  return campaigns.sort((a, b) => a.firstEpochDay - b.firstEpochDay);
}
