import { expect, test } from 'vitest';
import { shareNext } from '../../../../subgraphs/recommendations/src/serving/share-next.ts';

/** A source whose reads end when they are told to. */
function source() {
  const reads: PromiseWithResolvers<number>[] = [];
  const get = shareNext(() => {
    const read = Promise.withResolvers<number>();
    reads.push(read);
    return read.promise;
  });
  return { get, reads };
}
const turn = () => new Promise(setImmediate);

test('whoever asks while a read is under way shares the next one, and only that', async () => {
  const { get, reads } = source();
  const first = get();
  const later = [get(), get(), get()];
  expect(reads).toHaveLength(1);
  reads[0]!.resolve(1);
  expect(await first).toBe(1);
  await turn();
  expect(reads).toHaveLength(2);
  const last = get();
  reads[1]!.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
  await turn();
  expect(reads).toHaveLength(3);
  reads[2]!.resolve(3);
  expect(await last).toBe(3);
});

test('a read that fails is the trouble of those who asked for it alone', async () => {
  const { get, reads } = source();
  const first = get();
  const second = get();
  reads[0]!.reject(new Error('down'));
  await expect(first).rejects.toThrow('down');
  await turn();
  reads[1]!.resolve(2);
  expect(await second).toBe(2);
  const third = get();
  reads[2]!.resolve(3);
  expect(await third).toBe(3);
});
