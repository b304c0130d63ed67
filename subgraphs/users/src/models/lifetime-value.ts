import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { toLifetimeValueArtefact } from '../features/lifetime-value-artefact.ts';
import { loadLifetimeValueInput } from '../features/lifetime-value-input.ts';
import type { FittedLifetimeValue, LifetimeValueInput } from '../ml/lifetime-value-estimator.ts';
import { insertRows, keepHistory } from './insert-rows.ts';
import { countText, daysText } from './wording.ts';

/** Buyers now and at the beginning of the hold-out, and days of history, below which nothing is fitted. */
const needs = { buyers: 50, earlier: 20, days: 7 };

interface Input extends LifetimeValueInput {
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
    return input;
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
        features: 'double precision[]',
        high_if_back: 'boolean',
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
            features: [
              input.purchases.frequency[i],
              input.purchases.recency[i],
              input.purchases.age[i],
              input.purchases.meanValue[i],
              input.sinceLatest[i],
              fitted.orderValue[i],
            ],
            high_if_back: fitted.highIfBack[i] === 1,
          };
        }
      })(),
    );
    await keepHistory(tx, 'users.lifetime-value', 'coalesce(value_minor, 0) FROM users.lifetime_value', version.id);
    return toLifetimeValueArtefact(fitted);
  },
});
