import { expect, test } from 'vitest';
import { recommendations } from '../../../subgraphs/recommendations/src/index.ts';
import { foldLog } from '../fold-log.ts';
import { deliverOtherwise, drawEvents } from '../random-shop.ts';

test('shuffled, repeated and re-cut events give the same tables, and so does a replay', async () => {
  const seed = 1;
  const events = drawEvents(seed, 400);
  const timeZone = 'Europe/Berlin';
  const expected = await foldLog(recommendations, { deliveries: [events], batchSize: 10_000, timeZone });
  expect(expected['recommendations.product']).toHaveLength(4);
  expect(expected['recommendations.interaction']!.length).toBeGreaterThan(30);
  const deliveries = deliverOtherwise(events, seed + 100);
  expect(await foldLog(recommendations, { deliveries, batchSize: 7, timeZone })).toEqual(expected);
  expect(await foldLog(recommendations, { deliveries, batchSize: 150, timeZone, replay: true })).toEqual(expected);
});
