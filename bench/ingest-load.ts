import { setTimeout as sleep } from 'node:timers/promises';
import { timed } from './measurement.ts';

export const batchSize = 100;
export const batches = 5_000;
const connections = 16;

/** Events of a shop's pages: mostly views, some carts and orders, 5,000 visitors. */
export function makeBatch(run: string, batch: number): Record<string, unknown>[] {
  return Array.from({ length: batchSize }, (_, i) => {
    const n = batch * batchSize + i;
    const product = {
      product_id: `p${n % 997}`,
      name: `Product ${n % 997}`,
      category: 'Home > Kitchen',
      price: 5 + (n % 40),
    };
    const order = n % 30 === 0;
    return {
      type: 'track',
      event: order ? 'Order Completed' : n % 10 === 0 ? 'Product Added' : 'Product Viewed',
      messageId: `${run}-${n}`,
      userId: `u${n % 5_000}`,
      timestamp: new Date(Date.now() - (n % 3_600_000)).toISOString(),
      properties: order ? { order_id: `${run}-${n}`, products: [{ ...product, quantity: 1 + (n % 3) }] } : product,
      context: { page: { url: 'https://shop.example/p' }, locale: 'en' },
    };
  });
}

/** What a load came to. */
export interface Load {
  eventsPerSecond: number;
  /** Milliseconds until each batch was acknowledged. */
  latencies: number[];
}

/**
 * Sends all batches over a fixed number of connections, each waiting for its acknowledgement; as fast as they are taken, or at a given
 * pace, where a batch that is late waits for nobody.
 */
export async function loadDoor(
  send: (batch: number) => Promise<void>,
  { count = batches, eventsPerSecond }: { count?: number; eventsPerSecond?: number } = {},
): Promise<Load> {
  const latencies: number[] = [];
  const began = performance.now();
  let next = 0;
  const [ms] = await timed(() =>
    Promise.all(
      Array.from({ length: connections }, async () => {
        while (next < count) {
          const batch = next++;
          const early = eventsPerSecond
            ? began + ((batch * batchSize) / eventsPerSecond) * 1_000 - performance.now()
            : 0;
          if (early > 0) await sleep(early);
          latencies.push((await timed(() => send(batch)))[0]);
        }
      }),
    ),
  );
  return { eventsPerSecond: Math.round((count * batchSize) / (ms / 1000)), latencies };
}
