import { loadShop } from '@cda/platform/events/clock.ts';
import type { StoredReason } from '@cda/platform/graph/values.ts';
import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import type { LocalText } from '@cda/platform/text.ts';
import { loadUnusualCustomersInput } from '../features/segmentation-input.ts';
import { countDistinct } from '../ml/choose-k.ts';
import { segmentFacts } from '../ml/segmentation-estimator.ts';
import type { FittedUnusualCustomers, UnusualCustomersInput } from '../ml/unusual-customers-estimator.ts';
import { insertRows } from './insert-rows.ts';
import { countText, moneyText, ordersText, passedDaysText } from './wording.ts';

/** Customers now and 90 days ago, and different ones among them, below which nothing is fitted. */
const needs = { customers: 100, earlier: 50, different: 50 };

interface Input extends UnusualCustomersInput {
  customers: string[];
  /** n × 4, row-major: `segmentFacts`. */
  facts: Float64Array;
  currency: string;
}

/** Customers unlike all others. */
export const unusualCustomers = defineModel<Input, FittedUnusualCustomers>({
  name: 'unusual-customers',
  title: modelTitles['users.unusual-customers']!,
  estimator: new URL('../ml/unusual-customers-estimator.ts', import.meta.url),
  tables: ['users.unusual_customer'],
  load: async ({ db, asOf }) => {
    const input = await loadUnusualCustomersInput(db, asOf);
    for (const [have, need, when] of [
      [input.customers.length, needs.customers, { en: 'now', ru: 'сейчас' }],
      [input.earlier.now.length, needs.earlier, { en: '90 days ago', ru: '90 дней назад' }],
    ] as const) {
      if (have >= need) continue;
      return notEnoughData(have, need, {
        en: `Customers with an order ${when.en}: ${have}; ${need} are needed.`,
        ru: `Покупателей с заказами ${when.ru}: ${have}, нужно ${need}.`,
      });
    }
    const different = Math.min(
      countDistinct(input.x, input.columns.length, needs.different),
      countDistinct(input.earlier.x, input.columns.length, needs.different),
    );
    if (different < needs.different) {
      return notEnoughData(different, needs.different, {
        en: `The customers differ in ${countText(different, 'way')} only; ${needs.different} different ones are needed.`,
        ru: `Покупатели почти одинаковы: различных ${different}, нужно ${needs.different}.`,
      });
    }
    return { ...input, currency: (await loadShop(db)).currency };
  },
  estimatorInput: ({ customers: _customers, facts: _facts, ...input }) => input,
  save: async ({ tx, version, fitted, input, asOf }) => {
    await tx.query('DELETE FROM users.unusual_customer');
    await insertRows(
      tx,
      'users.unusual_customer',
      {
        customer_key: 'text',
        version_id: 'uuid',
        as_of: 'timestamptz',
        distance: 'double precision',
        reasons: 'jsonb',
      },
      Array.from(fitted.customer, (customer, i) => ({
        customer_key: input.customers[customer],
        version_id: version.id,
        as_of: asOf,
        distance: fitted.distance[i],
        reasons: explain(fitted, input, i),
      })),
    );
    return undefined;
  },
});

const says: readonly {
  code: string;
  fact: (typeof segmentFacts)[number];
  value: (amount: number, currency: string) => LocalText;
  text: (value: LocalText, more: boolean) => LocalText;
}[] = [
  {
    code: 'RECENCY',
    fact: 'recencyDays',
    value: passedDaysText,
    text: ({ en, ru }, more) => ({
      en: `The latest order was ${en} ago, ${more ? 'longer' : 'less'} than with any customers alike.`,
      ru: `Последний заказ — ${ru} назад, это ${more ? 'больше' : 'меньше'}, чем у похожих покупателей.`,
    }),
  },
  {
    code: 'FREQUENCY',
    fact: 'orders',
    value: ordersText,
    text: ({ en, ru }, more) => ({
      en: `${en} so far, ${more ? 'more' : 'fewer'} than with any customers alike.`,
      ru: `Всего ${ru}, это ${more ? 'больше' : 'меньше'}, чем у похожих покупателей.`,
    }),
  },
  {
    code: 'MONETARY',
    fact: 'revenueMinor',
    value: moneyText,
    text: ({ en, ru }, more) => ({
      en: `Orders came to ${en} before refunds, ${more ? 'more' : 'less'} than with any customers alike.`,
      ru: `Сумма заказов до возвратов — ${ru}, это ${more ? 'больше' : 'меньше'}, чем у похожих покупателей.`,
    }),
  },
  {
    code: 'TENURE',
    fact: 'tenureDays',
    value: passedDaysText,
    text: ({ en, ru }, more) => ({
      en: `The first order was ${en} ago, ${more ? 'longer' : 'less'} than with any customers alike.`,
      ru: `Первый заказ — ${ru} назад, это ${more ? 'больше' : 'меньше'}, чем у похожих покупателей.`,
    }),
  },
];

/** What sets a customer apart; the weights are squared deviations and add up to the squared distance. */
function explain(fitted: FittedUnusualCustomers, { facts, currency }: Input, i: number): StoredReason[] {
  const d = says.length;
  const customer = fitted.customer[i]!;
  return says
    .map(({ code, fact, value, text }, j): StoredReason => {
      const deviation = fitted.deviation[i * d + j]!;
      const amount = facts[customer * segmentFacts.length + segmentFacts.indexOf(fact)]!;
      return { code, ...text(value(amount, currency), deviation > 0), weight: (deviation / fitted.eps) ** 2 };
    })
    .sort((a, b) => b.weight! - a.weight!);
}
