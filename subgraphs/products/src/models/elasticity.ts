import type { StoredReason, StoredUnavailable } from '@cda/platform/graph/values.ts';
import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { loadPricePanel, type ShopPanel } from '../features/price-panel.ts';
import { checkTrainingWeeks, type FittedElasticities, holdOutWeeks } from '../ml/elasticity-estimator.ts';
import type { PricePanel } from '../ml/price-panel.ts';
import { explainElasticity, explainGap } from './elasticity-reasons.ts';

/** Weeks of history, and products with enough price changes in them, below which nothing is fitted. */
const needs = { weeks: 16, products: 3 };

interface Input extends PricePanel {
  shop: Omit<ShopPanel, 'panel'>;
}

/** What a price does to a product's sales. */
export const elasticity = defineModel<Input, FittedElasticities>({
  name: 'elasticity',
  title: modelTitles['products.elasticity']!,
  estimator: new URL('../ml/elasticity-estimator.ts', import.meta.url),
  tables: ['products.elasticity'],
  load: async ({ db, asOf }) => {
    const { panel, ...shop } = await loadPricePanel(db, asOf);
    if (panel.weekCount < needs.weeks) {
      return notEnoughData(panel.weekCount, needs.weeks, {
        en: `There ${panel.weekCount === 1 ? 'is 1 whole week' : `are ${panel.weekCount} whole weeks`} of sales; ${needs.weeks} are needed.`,
        ru: `Полных недель продаж: ${panel.weekCount}, нужно ${needs.weeks}.`,
      });
    }
    const judged = checkTrainingWeeks(panel).eligible.reduce((sum, one) => sum + one, 0);
    if (judged < needs.products) {
      const kept = holdOutWeeks(panel.weekCount);
      return notEnoughData(
        judged,
        needs.products,
        {
          en: `${judged} products have enough sales at different prices before the last ${kept} weeks; ${needs.products} are needed.`,
          ru: `Товаров с достаточными продажами по разным ценам до последних ${kept} недель: ${judged}, нужно ${needs.products}.`,
        },
        'NOT_IDENTIFIED',
      );
    }
    return { ...panel, shop };
  },
  save: async ({ tx, version, fitted, input, asOf }) => {
    const { productIds, categories, currency } = input.shop;
    const rows = productIds.map((productId, p) => {
      const known = fitted.gap[p] === 'NONE';
      const number = (values: ArrayLike<number>): number | null => (Number.isFinite(values[p]!) ? values[p]! : null);
      const minor = (values: ArrayLike<number>): number | null =>
        Number.isFinite(values[p]!) ? Math.round(values[p]!) : null;
      const reasons: StoredReason[] = known
        ? explainElasticity(fitted, p, categories[input.category[p]!] ?? '', currency)
        : [];
      const unavailable: StoredUnavailable | null = known ? null : explainGap(fitted.gap[p]!, fitted.have[p]!);
      return {
        product_id: productId,
        value: number(fitted.value),
        low: number(fitted.low),
        high: number(fitted.high),
        confidence: known ? fitted.confidence : null,
        deviation: number(fitted.deviation),
        present_price_minor: minor(fitted.presentPrice),
        present_units: number(fitted.presentUnits),
        lowest_price_minor: minor(fitted.lowestPrice),
        highest_price_minor: minor(fitted.highestPrice),
        reasons,
        unavailable,
      };
    });
    await tx.query('DELETE FROM products.elasticity');
    await tx.query(
      `INSERT INTO products.elasticity (product_id, version_id, as_of, value, low, high, confidence, deviation,
         present_price_minor, present_units, lowest_price_minor, highest_price_minor, reasons, unavailable)
       SELECT r.product_id, $2, $3, r.value, r.low, r.high, r.confidence, r.deviation, r.present_price_minor,
         r.present_units, r.lowest_price_minor, r.highest_price_minor, r.reasons, r.unavailable
       FROM json_to_recordset($1::json) AS r (product_id text, value double precision, low double precision,
         high double precision, confidence double precision, deviation double precision, present_price_minor bigint,
         present_units double precision, lowest_price_minor bigint, highest_price_minor bigint, reasons jsonb,
         unavailable jsonb)`,
      [JSON.stringify(rows), version.id, asOf],
    );
    return { family: fitted.family, overall: fitted.overall };
  },
});
