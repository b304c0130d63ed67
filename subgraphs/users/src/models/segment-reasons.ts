import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { LocalText } from '@cda/platform/text.ts';
import type { SegmentCase } from '../features/segmentation-artefact.ts';
import { segmentationColumns, writeSegmentationColumns } from '../features/segmentation-input.ts';
import { explainNearestCentre } from '../ml/nearest-centre-explanation.ts';
import type { ReadableRule } from '../ml/readable-tree.ts';
import { applyScaling } from '../ml/scaling.ts';
import type { FittedSegment } from '../ml/segmentation-estimator.ts';
import { segmentFacts } from '../ml/segmentation-estimator.ts';
import { segmentTexts } from './segment-texts.ts';
import { daysText, moneyText, ordersText, passedDaysText } from './wording.ts';

/** What of a segment is put into words. */
type Described = Pick<FittedSegment, 'traits'>;

interface Measure {
  code: string;
  fact: number;
  median: (segment: Described) => number;
  value: (amount: number, currency: string) => LocalText;
  own: (value: LocalText) => LocalText;
}

/** The columns of the segmentation in words, in their order. */
const measures: readonly Measure[] = [
  {
    code: 'RECENCY',
    fact: segmentFacts.indexOf('recencyDays'),
    median: ({ traits }) => traits.recencyDays,
    value: passedDaysText,
    own: ({ en, ru }) => ({ en: `The latest order was ${en} ago`, ru: `Последний заказ — ${ru} назад` }),
  },
  {
    code: 'FREQUENCY',
    fact: segmentFacts.indexOf('orders'),
    median: ({ traits }) => traits.orders,
    value: ordersText,
    own: ({ en, ru }) => ({ en: `${en} so far`, ru: `Всего ${ru}` }),
  },
  {
    code: 'MONETARY',
    fact: segmentFacts.indexOf('revenueMinor'),
    median: ({ traits }) => traits.spend,
    value: moneyText,
    own: ({ en, ru }) => ({ en: `Orders came to ${en} before refunds`, ru: `Сумма заказов до возвратов — ${ru}` }),
  },
  {
    code: 'TENURE',
    fact: segmentFacts.indexOf('tenureDays'),
    median: ({ traits }) => traits.tenureDays,
    value: passedDaysText,
    own: ({ en, ru }) => ({ en: `The first order was ${en} ago`, ru: `Первый заказ — ${ru} назад` }),
  },
];

/** A segment's median in words: rounded, as wherever its profile is shown. */
function medianText({ median, value }: Measure, segment: Described, currency: string): LocalText {
  return (value === passedDaysText ? daysText : value)(median(segment), currency);
}

/** Why a customer is in their segment and not in the second nearest; the weights add up to the margin. */
export function explainSegment({ facts, segmentation }: SegmentCase, currency: string): StoredReason[] {
  const { scaling, centres, segments } = segmentation;
  const d = segmentationColumns.length;
  const x = new Float64Array(d);
  writeSegmentationColumns(facts, x);
  const { cluster, rival: second, contributions } = explainNearestCentre(applyScaling(scaling, x), centres, d);
  const segment = segments[cluster]!;
  const rival = segments[second]!;
  const [name, other] = [segmentTexts[segment.key], segmentTexts[rival.key]];
  return measures
    .map((measure, j): StoredReason => {
      const { code, fact, value, own } = measure;
      const weight = contributions[j]!;
      const said = own(value(facts[fact]!, currency));
      const here = medianText(measure, segment, currency);
      const there = medianText(measure, rival, currency);
      return {
        code,
        en: `${said.en}; typical of “${name.en}” is ${here.en}, of “${other.en}” ${there.en}.`,
        ru: `${said.ru}; для сегмента «${name.ru}» типично ${here.ru}, для «${other.ru}» — ${there.ru}.`,
        weight,
      };
    })
    .sort((a, b) => Math.abs(b.weight!) - Math.abs(a.weight!));
}

/** What sets a segment apart, in words: its medians, and the rule that tells most of it from the rest. */
export function describeSegment(segment: FittedSegment, currency: string): LocalText {
  const [recency, orders, spend] = measures.map((measure) => medianText(measure, segment, currency)) as [
    LocalText,
    LocalText,
    LocalText,
  ];
  const rule = segment.rules[0] === undefined ? undefined : ruleText(segment.rules[0], currency);
  return {
    en: `Typically ${orders.en} for ${spend.en} in all, the latest ${recency.en} ago.${rule ? ` Most of them: ${rule.en}.` : ''}`,
    ru: `Обычно ${orders.ru} на ${spend.ru} в сумме, последний — ${recency.ru} назад.${rule ? ` Большинство: ${rule.ru}.` : ''}`,
  };
}

const factNames: readonly LocalText[] = [
  { en: 'latest order', ru: 'последний заказ' },
  { en: 'orders', ru: 'заказы' },
  { en: 'sum of orders', ru: 'сумма заказов' },
  { en: 'first order', ru: 'первый заказ' },
];

function ruleText({ conditions }: ReadableRule, currency: string): LocalText {
  const parts = conditions.map(({ column, atLeast, below }): LocalText => {
    const name = factNames[column]!;
    const measure = measures.find(({ fact }) => fact === column)!;
    const counted = measure.code === 'FREQUENCY';
    const show = (amount: number): LocalText =>
      counted ? { en: `${Math.ceil(amount)}`, ru: `${Math.ceil(amount)}` } : measure.value(amount, currency);
    const ago = measure.value === passedDaysText ? { en: ' ago', ru: ' назад' } : { en: '', ru: '' };
    if (atLeast !== undefined && below !== undefined) {
      const [from, to] = [show(atLeast), show(below)];
      return {
        en: `${name.en} from ${from.en} to less than ${to.en}${ago.en}`,
        ru: `${name.ru}: от ${from.ru} и меньше ${to.ru}${ago.ru}`,
      };
    }
    const bound = show(atLeast ?? below!);
    return atLeast !== undefined
      ? { en: `${name.en} at least ${bound.en}${ago.en}`, ru: `${name.ru}: не меньше ${bound.ru}${ago.ru}` }
      : { en: `${name.en} less than ${bound.en}${ago.en}`, ru: `${name.ru}: меньше ${bound.ru}${ago.ru}` };
  });
  return { en: parts.map(({ en }) => en).join(', '), ru: parts.map(({ ru }) => ru).join(', ') };
}
