import { expect, test } from 'vitest';
import { products } from '../../../subgraphs/products/src/index.ts';
import { foldLog } from '../fold-log.ts';
import { orderSums } from '../order-oracle.ts';
import { deliverOtherwise, drawEvents } from '../random-shop.ts';

test('shuffled, repeated and re-cut events give the same tables, and so does a replay', async () => {
  for (const seed of [1, 2, 3]) {
    const events = drawEvents(seed, 400);
    const timeZone = 'Europe/Berlin';
    const expected = await foldLog(products, { deliveries: [events], batchSize: 10_000, timeZone });
    expect(expected['products.product']).toHaveLength(4);
    expect(expected['products.sale']!.length).toBeGreaterThan(30);
    expect(expected['products.catalogue_point']!.length).toBeGreaterThan(30);
    const deliveries = deliverOtherwise(events, seed + 100);
    expect(await foldLog(products, { deliveries, batchSize: 7, timeZone })).toEqual(expected);
    expect(await foldLog(products, { deliveries, batchSize: 150, timeZone, replay: true })).toEqual(expected);
  }
});

test('sums agree with the orders counted by hand, corrections included', async () => {
  for (const seed of [9, 10, 11]) {
    const events = drawEvents(seed, 300);
    const tables = await foldLog(products, { deliveries: [events], batchSize: 50, timeZone: 'UTC' });
    const sales = tables['products.sale']!.map((row) => row.slice(1, -1).split(',').map(Number));
    const sum = (column: number): number => sales.reduce((total, row) => total + row[column]!, 0);
    const { units, refundedUnits } = orderSums(events, 'EUR');
    expect({ units: sum(5), refundedUnits: sum(6) }).toEqual({ units, refundedUnits });
  }
});
