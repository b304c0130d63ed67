import { loadShop } from '@cda/platform/events/clock.ts';
import type { StoredReason } from '@cda/platform/graph/values.ts';
import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { loadLifetimeValueInput } from '../features/lifetime-value-input.ts';
import type { FittedLifetimeValue, LifetimeValueInput } from '../ml/lifetime-value-estimator.ts';
import { insertRows, keepHistory } from './insert-rows.ts';
import { countText, daysText, moneyText, passedDaysText, percentText } from './wording.ts';

/** Buyers now and at the beginning of the hold-out, and days of history, below which nothing is fitted. */
const needs = { buyers: 50, earlier: 20, days: 21 };

interface Input extends LifetimeValueInput {
  currency: string;
  sinceLatest: Float64Array;
}

/** What customers will bring in the next 12 months. */
export const lifetimeValue = defineModel<Input, FittedLifetimeValue>({
  name: 'lifetime-value',
  title: modelTitles['users.lifetime-value']!,
  estimator: new URL('../ml/lifetime-value-estimator.ts', import.meta.url),
  tables: ['users.lifetime_value'],
  load: async ({ db, asOf }) => {
    const input = await loadLifetimeValueInput(db, asOf);
    const buyers = input?.customers.length ?? 0;
    if (input === undefined || buyers < needs.buyers) {
      return notEnoughData(buyers, needs.buyers, {
        en: `There ${buyers === 1 ? 'is' : 'are'} ${countText(buyers, 'buyer')}; ${needs.buyers} are needed.`,
        ru: `Покупателей: ${buyers}, нужно ${needs.buyers}.`,
      });
    }
    const days = Math.floor(input.historyDays);
    if (days < needs.days) {
      return notEnoughData(days, needs.days, {
        en: `The history of orders is ${daysText(days).en} long; ${needs.days} are needed.`,
        ru: `История заказов — ${daysText(days).ru}, нужно ${needs.days}.`,
      });
    }
    const earlier = input.earlier.later.length;
    if (earlier < needs.earlier) {
      return notEnoughData(earlier, needs.earlier, {
        en: `There ${earlier === 1 ? 'was' : 'were'} ${countText(earlier, 'buyer')} when the hold-out began; ${needs.earlier} are needed.`,
        ru: `К началу проверочного окна покупателей было ${earlier}, нужно ${needs.earlier}.`,
      });
    }
    return { ...input, currency: (await loadShop(db)).currency };
  },
  save: async ({ tx, version, fitted, input, asOf }) => {
    await tx.query('DELETE FROM users.lifetime_value');
    await insertRows(
      tx,
      'users.lifetime_value',
      {
        customer_key: 'text',
        version_id: 'uuid',
        as_of: 'timestamptz',
        probability_alive: 'double precision',
        expected_orders: 'double precision',
        value_minor: 'bigint',
        low_minor: 'bigint',
        high_minor: 'bigint',
        next_order_at: 'timestamptz',
        reasons: 'jsonb',
      },
      (function* () {
        for (let i = 0; i < input.customers.length; i++) {
          const priced = fitted.orderValue[i]! > 0;
          const next = asOf.getTime() + fitted.nextInWeeks[i]! * 604_800_000;
          yield {
            customer_key: input.customers[i],
            version_id: version.id,
            as_of: asOf,
            probability_alive: fitted.probabilityAlive[i],
            expected_orders: fitted.expectedOrders[i],
            value_minor: priced ? Math.round(fitted.value[i]!) : null,
            low_minor: priced ? Math.round(fitted.low[i]!) : null,
            high_minor: priced ? Math.round(fitted.high[i]!) : null,
            // A date more than ten years ahead says "never", not when.
            next_order_at: fitted.nextInWeeks[i]! < 520 ? new Date(next) : null,
            reasons: explain(fitted, input, i),
          };
        }
      })(),
    );
    await keepHistory(tx, 'users.lifetime-value', 'coalesce(value_minor, 0) FROM users.lifetime_value', version.id);
    return undefined;
  },
});

/** What a value rests on; it is a product, so the parts carry no weights. */
function explain(fitted: FittedLifetimeValue, { purchases, sinceLatest, currency }: Input, i: number): StoredReason[] {
  const recent = passedDaysText(sinceLatest[i]!);
  const alive = percentText(fitted.probabilityAlive[i]!);
  const days = Math.round(purchases.frequency[i]! + 1);
  const orders = fitted.expectedOrders[i]!;
  const reasons: StoredReason[] = [
    {
      code: 'STILL_ACTIVE',
      en: `Still a customer with a probability of ${alive.en}: the latest of ${days} purchases was ${recent.en} ago.`,
      ru: `С вероятностью ${alive.ru} остаётся покупателем: последняя покупка (всего ${days}) — ${recent.ru} назад.`,
      weight: null,
    },
    {
      code: 'EXPECTED_ORDERS',
      en: `${orders.toFixed(1)} orders are expected in the next 12 months.`,
      ru: `За следующие 12 месяцев ожидается заказов: ${orders.toFixed(1).replace('.', ',')}.`,
      weight: null,
    },
  ];
  if (fitted.orderValue[i]! > 0) {
    const value = moneyText(fitted.orderValue[i]!, currency);
    reasons.push({
      code: 'ORDER_VALUE',
      en: `An order of this customer is expected to come to ${value.en}.`,
      ru: `Ожидаемая сумма заказа этого покупателя — ${value.ru}.`,
      weight: null,
    });
  }
  if (fitted.highIfBack[i] && fitted.high[i]! > 0) {
    const most = moneyText(fitted.high[i]!, currency);
    reasons.push({
      code: 'IF_BACK',
      en: `Another order is unlikely; the upper bound, ${most.en}, holds if there is one after all.`,
      ru: `Новый заказ маловероятен; верхняя граница, ${most.ru}, — на случай, если он всё же будет.`,
      weight: null,
    });
  }
  return reasons;
}
