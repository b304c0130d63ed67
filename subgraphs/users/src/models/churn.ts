import {
  copyDouble,
  copyIn,
  copyInteger,
  copyReals,
  copyText,
  copyTimestamp,
  copyUuid,
} from '@cda/platform/database/copy-in.ts';
import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { ChurnArtefact } from '../features/churn-artefact.ts';
import { keptChurnFeatures, scoredColumns } from '../features/churn-columns.ts';
import { type ChurnData, loadChurnData } from '../features/churn-input.ts';
import { readableFeatures } from '../features/churn-windows.ts';
import { customerFeatures } from '../features/customer-features.ts';
import { productFeatures } from '../features/product-features.ts';
import { closedBy } from '../ml/churn-pipeline.ts';
import { storeChurnScorer } from '../ml/churn-scorer.ts';
import type { FittedChurnWithProducts } from './churn-fit.ts';
import { describeChurnRule } from './churn-reasons.ts';
import { keepHistory } from './insert-rows.ts';
import { countText, daysText } from './wording.ts';

/** Customers in a window, and of each outcome in it, below which nothing is fitted. */
const needs = { customers: 50, outcomes: 10 };

/** Who will not buy again within the horizon. */
export const churn = defineModel<ChurnData, FittedChurnWithProducts>({
  name: 'churn',
  title: modelTitles['users.churn']!,
  estimator: new URL('./churn-fit.ts', import.meta.url),
  tables: ['users.churn_score', 'users.score_history'],
  load: async ({ db, asOf }) => {
    const data = await loadChurnData(db, asOf);
    const closed = data === undefined ? [] : closedBy(data.snapshots, data.asOfDay - data.horizonDays);
    const latest = closed.at(-1);
    const before = latest && closed.filter(({ day }) => day <= latest.day - data!.horizonDays + 1e-6).at(-1);
    if (data === undefined || latest === undefined || before === undefined) {
      const have = data === undefined ? 0 : Math.floor(data.asOfDay - data.firstDay);
      const need = 2 * (data?.horizonDays ?? 30) + 25;
      return notEnoughData(have, need, {
        en: `The history of orders is ${daysText(have).en} long; ${need} are needed to learn from one window and judge on the next.`,
        ru: `История заказов — ${daysText(have).ru}, нужно ${need}: на одном окне модель учится, на следующем проверяется.`,
      });
    }
    const customers = Math.min(before.customer.length, latest.customer.length);
    if (customers < needs.customers) {
      return notEnoughData(customers, needs.customers, {
        en: `There ${customers === 1 ? 'was' : 'were'} ${countText(customers, 'customer')} with an order when the windows began; ${needs.customers} are needed.`,
        ru: `К началу окон покупателей с заказами было ${customers}, нужно ${needs.customers}.`,
      });
    }
    const outcomes = Math.min(
      ...[before, latest].map(({ left }) => {
        const gone = left!.reduce((sum, v) => sum + v, 0);
        return Math.min(gone, left!.length - gone);
      }),
    );
    if (outcomes < needs.outcomes) {
      return notEnoughData(outcomes, needs.outcomes, {
        en: `Nearly all customers did the same: the rarer outcome was seen ${countText(outcomes, 'time')}, ${needs.outcomes} are needed.`,
        ru: `Почти все покупатели повели себя одинаково: редкий исход встретился ${outcomes} ${russianPlural(outcomes, 'раз', 'раза', 'раз')}, нужно ${needs.outcomes}.`,
      });
    }
    return data;
  },
  estimatorInput: ({ customers: _customers, ...data }) => data,
  save: async ({ tx, version, fitted, input, asOf }) => {
    const customers = input.customers.length;
    const [own, bought] = [customerFeatures.length, productFeatures.length];
    const kept = new Float32Array(keptChurnFeatures.length);
    await tx.query('DELETE FROM users.churn_score');
    await copyIn(tx, 'users.churn_score', customers, {
      customer_key: copyText((i) => input.customers[i]!),
      version_id: copyUuid(() => version.id),
      as_of: copyTimestamp(() => asOf),
      horizon_days: copyInteger(() => input.horizonDays),
      probability: copyDouble((i) => fitted.probability[i]!),
      low: copyDouble((i) => fitted.low[i]!),
      high: copyDouble((i) => fitted.high[i]!),
      log_odds: copyDouble((i) => fitted.logOdds[i]!),
      features: copyReals((i) => {
        kept.set(input.current.subarray(i * own, i * own + own));
        kept.set(fitted.products.subarray(i * bought, i * bought + bought), own);
        kept[own + bought] = fitted.productReturn[i]!;
        return kept;
      }),
    });
    await keepHistory(tx, 'users.churn', 'probability FROM users.churn_score', version.id);
    return {
      horizonDays: input.horizonDays,
      rules: fitted.rules.map((rule) => describeChurnRule(rule, readableFeatures)),
      features: keptChurnFeatures,
      columns: scoredColumns.map(({ name }) => name),
      scorer: storeChurnScorer(fitted.scorer),
    } satisfies ChurnArtefact;
  },
});
