import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { russianPlural } from '@cda/platform/text.ts';
import type { ChurnArtefact } from '../features/churn-artefact.ts';
import { churnFeatures, keptChurnFeatures, scoredColumns } from '../features/churn-columns.ts';
import { type ChurnData, loadChurnInput } from '../features/churn-input.ts';
import type { FittedChurn } from '../ml/churn-estimator.ts';
import { closedBy } from '../ml/churn-pipeline.ts';
import { storeChurnScorer } from '../ml/churn-scorer.ts';
import { describeChurnRule } from './churn-reasons.ts';
import { insertRows, keepHistory } from './insert-rows.ts';
import { countText, daysText } from './wording.ts';

/** Customers in a window, and of each outcome in it, below which nothing is fitted. */
const needs = { customers: 50, outcomes: 10 };

/** Who will not buy again within the horizon. */
export const churn = defineModel<ChurnData, FittedChurn>({
  name: 'churn',
  title: modelTitles['users.churn']!,
  estimator: new URL('../ml/churn-estimator.ts', import.meta.url),
  tables: ['users.churn_score', 'users.score_history'],
  load: async ({ db, asOf }) => {
    const data = await loadChurnInput(db, asOf);
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
  save: async ({ tx, version, fitted, input, asOf }) => {
    const width = churnFeatures.length;
    await tx.query('DELETE FROM users.churn_score');
    await insertRows(
      tx,
      'users.churn_score',
      {
        customer_key: 'text',
        version_id: 'uuid',
        as_of: 'timestamptz',
        horizon_days: 'integer',
        probability: 'double precision',
        low: 'double precision',
        high: 'double precision',
        log_odds: 'double precision',
        features: 'real[]',
      },
      (function* () {
        for (let i = 0; i < input.current.customer.length; i++) {
          yield {
            customer_key: input.customers[input.current.customer[i]!],
            version_id: version.id,
            as_of: asOf,
            horizon_days: input.horizonDays,
            probability: fitted.probability[i],
            low: fitted.low[i],
            high: fitted.high[i],
            log_odds: fitted.logOdds[i],
            features: [...input.features.subarray(i * width, i * width + width), fitted.productReturn[i]!],
          };
        }
      })(),
    );
    await keepHistory(tx, 'users.churn', 'probability FROM users.churn_score', version.id);
    return {
      horizonDays: input.horizonDays,
      rules: fitted.rules.map((rule) => describeChurnRule(rule, input.readable)),
      features: keptChurnFeatures,
      columns: scoredColumns.map(({ name }) => name),
      scorer: storeChurnScorer(fitted.scorer),
    } satisfies ChurnArtefact;
  },
});
