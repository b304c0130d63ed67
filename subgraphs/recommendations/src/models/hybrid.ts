import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { loadShopInteractions, type ShopInteractions } from '../features/shop-interactions.ts';
import type { HybridInput, HybridModel } from '../ml/hybrid-estimator.ts';
import { toArtefact } from '../serving/artefact.ts';

/** Customers who came back, and products, below which nothing is fitted. */
const needs = { returning: 50, products: 10 };

interface Input extends HybridInput {
  shop: Pick<ShopInteractions, 'productIds' | 'names'>;
}

/** What to show a customer next. */
export const hybrid = defineModel<Input, HybridModel>({
  name: 'hybrid',
  title: modelTitles['recommendations.hybrid']!,
  estimator: new URL('../ml/hybrid-estimator.ts', import.meta.url),
  tables: ['recommendations.artefact'],
  load: async ({ db, asOf }) => {
    const { interactions, contents, productIds, names, returning } = await loadShopInteractions(db, asOf);
    if (returning < needs.returning) {
      return notEnoughData(returning, needs.returning, {
        en: `${returning} customers have ordered on two days or more; ${needs.returning} are needed.`,
        ru: `Покупателей с заказами хотя бы в два разных дня: ${returning}, нужно ${needs.returning}.`,
      });
    }
    if (productIds.length < needs.products) {
      return notEnoughData(productIds.length, needs.products, {
        en: `The shop has ${productIds.length} products; ${needs.products} are needed.`,
        ru: `Товаров в магазине: ${productIds.length}, нужно ${needs.products}.`,
      });
    }
    return { interactions, contents, asOfDay: asOf.getTime() / 86_400_000, shop: { productIds, names } };
  },
  save: async ({ tx, version, fitted, input }) => {
    await tx.query('INSERT INTO recommendations.artefact (version_id, data) VALUES ($1, $2)', [
      version.id,
      toArtefact({ model: fitted, ...input.shop }),
    ]);
    // The version that is being replaced may still be read by requests under way, and a person may roll back to it.
    await tx.query(
      `DELETE FROM recommendations.artefact WHERE version_id NOT IN
         (SELECT version_id FROM recommendations.artefact ORDER BY created_at DESC, version_id LIMIT 3)`,
    );
  },
});
