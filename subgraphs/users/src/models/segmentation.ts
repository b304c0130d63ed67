import { randomUUID } from 'node:crypto';
import { copyDouble, copyDoubles, copyIn, copyText, copyTimestamp, copyUuid } from '@cda/platform/database/copy-in.ts';
import { loadShop } from '@cda/platform/events/clock.ts';
import { defineModel, notEnoughData } from '@cda/platform/models/define-model.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import { toSegmentationArtefact } from '../features/segmentation-artefact.ts';
import { loadSegmentationInput } from '../features/segmentation-input.ts';
import { countDistinct } from '../ml/choose-k.ts';
import { type FittedSegmentation, type SegmentationInput, segmentFacts } from '../ml/segmentation-estimator.ts';
import { insertRows } from './insert-rows.ts';
import { describeSegment } from './segment-reasons.ts';
import { segmentTexts } from './segment-texts.ts';
import { countText } from './wording.ts';

/** Customers with an order, and customers of 90 days ago for the hold-out, below which nothing is fitted; and different ones among them. */
const needs = { customers: 50, earlier: 30, different: 10 };

/** Versions whose members are kept by name. */
const keptVersions = 5;

interface Input extends SegmentationInput {
  customers: string[];
  currency: string;
}

/** Groups of customers that behave alike. */
export const segmentation = defineModel<Input, FittedSegmentation>({
  name: 'segmentation',
  title: modelTitles['users.segmentation']!,
  estimator: new URL('../ml/segmentation-estimator.ts', import.meta.url),
  tables: ['users.segment', 'users.segment_history', 'users.customer_segment', 'users.segment_membership'],
  load: async ({ db, asOf }) => {
    const input = await loadSegmentationInput(db, asOf);
    const have = input.customers.length;
    if (have < needs.customers) {
      return notEnoughData(have, needs.customers, {
        en: `There ${have === 1 ? 'is' : 'are'} ${countText(have, 'customer')} with an order; ${needs.customers} are needed.`,
        ru: `Покупателей с заказами: ${have}, нужно ${needs.customers}.`,
      });
    }
    const earlier = input.earlier.spend.length;
    if (earlier < needs.earlier) {
      return notEnoughData(earlier, needs.earlier, {
        en: `${countText(earlier, 'customer')} had an order 90 days ago; ${needs.earlier} are needed to see whether segments last.`,
        ru: `90 дней назад покупателей с заказами было ${earlier}, нужно ${needs.earlier}, чтобы проверить устойчивость сегментов.`,
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
  estimatorInput: ({ customers: _customers, ...input }) => input,
  save: async ({ tx, version, fitted, input, asOf }) => {
    const ids = fitted.segments.map(({ continues }) => continues ?? randomUUID());
    const common = { version_id: version.id, as_of: asOf };
    const customers = input.customers.length;
    const width = segmentFacts.length;
    await tx.query('DELETE FROM users.segment');
    await insertRows(
      tx,
      'users.segment',
      {
        id: 'uuid',
        version_id: 'uuid',
        as_of: 'timestamptz',
        key: 'text',
        name: 'jsonb',
        description: 'jsonb',
        size: 'integer',
        share: 'double precision',
        recency_days: 'double precision',
        frequency: 'double precision',
        monetary_minor: 'bigint',
        revenue_minor: 'bigint',
        centre: 'double precision[]',
      },
      fitted.segments.map((segment, s) => ({
        ...common,
        id: ids[s],
        key: segment.key,
        name: segmentTexts[segment.key],
        description: describeSegment(segment, input.currency),
        size: segment.size,
        share: segment.size / customers,
        recency_days: segment.traits.recencyDays,
        frequency: segment.traits.orders,
        monetary_minor: Math.round(segment.traits.spend),
        revenue_minor: Math.round(segment.revenueMinor),
        centre: `{${segment.centre.join(',')}}`,
      })),
    );
    await tx.query(
      `INSERT INTO users.segment_history (segment_id, version_id, as_of, key, name, size, share)
       SELECT id, version_id, as_of, key, name, size, share FROM users.segment`,
    );
    await tx.query('DELETE FROM users.customer_segment');
    await copyIn(tx, 'users.customer_segment', customers, {
      customer_key: copyText((i) => input.customers[i]!),
      segment_id: copyUuid((i) => ids[fitted.segment[i]!]!),
      version_id: copyUuid(() => version.id),
      as_of: copyTimestamp(() => asOf),
      margin: copyDouble((i) => fitted.margin[i]!),
      features: copyDoubles((i) => input.facts.subarray(i * width, i * width + width)),
    });
    await tx.query(
      `INSERT INTO users.segment_membership (customer_key, version_id, segment_id)
       SELECT customer_key, version_id, segment_id FROM users.customer_segment ORDER BY customer_key`,
    );
    // Flows are shown between neighbouring versions: older memberships are not asked for any more.
    await tx.query(
      `DELETE FROM users.segment_membership WHERE version_id NOT IN (
         SELECT id FROM registry.model_version WHERE model = 'users.segmentation' ORDER BY version DESC LIMIT $1)`,
      [keptVersions],
    );
    return toSegmentationArtefact(fitted);
  },
});
