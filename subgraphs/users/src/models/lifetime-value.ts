import {
  copyBigint,
  copyBoolean,
  copyDouble,
  copyDoubles,
  copyIn,
  copyText,
  copyTimestamp,
  copyUuid,
} from '@cda/platform/database/copy-in.ts';
import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { toLifetimeValueArtefact } from '../features/lifetime-value-artefact.ts';
import { lifetimeValueFeatures, loadLifetimeValueInput } from '../features/lifetime-value-input.ts';
import type { FittedLifetimeValue, LifetimeValueInput } from '../ml/lifetime-value-estimator.ts';
import { keepHistory } from './insert-rows.ts';
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
  estimatorInput: ({ customers: _customers, sinceLatest: _sinceLatest, ...input }) => ({ ...input, customers: [] }),
  save: async ({ tx, version, fitted, input, asOf }) => {
    await tx.query('DELETE FROM users.lifetime_value');
    const minor =
      (of: (row: number) => number) =>
      (i: number): number | null =>
        fitted.orderValue[i]! > 0 ? Math.round(of(i)) : null;
    const kept = new Float64Array(lifetimeValueFeatures.length);
    const { frequency, recency, age, meanValue } = input.purchases;
    await copyIn(tx, 'users.lifetime_value', input.customers.length, {
      customer_key: copyText((i) => input.customers[i]!),
      version_id: copyUuid(() => version.id),
      as_of: copyTimestamp(() => asOf),
      probability_alive: copyDouble((i) => fitted.probabilityAlive[i]!),
      expected_orders: copyDouble((i) => fitted.expectedOrders[i]!),
      value_minor: copyBigint(minor((i) => fitted.value[i]!)),
      low_minor: copyBigint(minor((i) => fitted.low[i]!)),
      high_minor: copyBigint(minor((i) => fitted.high[i]!)),
      next_order_at: copyTimestamp((i) =>
        // A date more than ten years ahead says "never", not when.
        fitted.nextInWeeks[i]! < 520 ? new Date(asOf.getTime() + fitted.nextInWeeks[i]! * 604_800_000) : null,
      ),
      features: copyDoubles((i) => {
        kept[0] = frequency[i]!;
        kept[1] = recency[i]!;
        kept[2] = age[i]!;
        kept[3] = meanValue[i]!;
        kept[4] = input.sinceLatest[i]!;
        kept[5] = fitted.orderValue[i]!;
        return kept;
      }),
      high_if_back: copyBoolean((i) => fitted.highIfBack[i] === 1),
    });
    await keepHistory(tx, 'users.lifetime-value', 'coalesce(value_minor, 0) FROM users.lifetime_value', version.id);
    return toLifetimeValueArtefact(fitted);
  },
});
