import type { LocalText } from '@cda/platform/text.ts';

const russian = [
  'январе',
  'феврале',
  'марте',
  'апреле',
  'мае',
  'июне',
  'июле',
  'августе',
  'сентябре',
  'октябре',
  'ноябре',
  'декабре',
];
const english = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** "in March", with the year where it is another than that of `now`. Both in days since the epoch. */
export function inMonth(day: number, now: number): LocalText {
  const date = new Date(day * 86_400_000);
  const year = date.getUTCFullYear();
  const tail = year === new Date(now * 86_400_000).getUTCFullYear() ? '' : ` ${year}`;
  return {
    en: `in ${english[date.getUTCMonth()]}${tail}`,
    ru: `в ${russian[date.getUTCMonth()]}${tail && `${tail} года`}`,
  };
}
