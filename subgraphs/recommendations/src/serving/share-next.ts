import { forEverybody } from '@cda/platform/database/cancellation.ts';

/**
 * Shares reads among those who ask at the same time. Whoever asks while a read is under way waits for the next one, so that nobody
 * gets an answer that was begun before they asked; and at most one read is under way and one waits, however many ask.
 */
export function shareNext<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | undefined;
  let next: Promise<Value> | undefined;
  const begin = (): Promise<Value> => {
    const reading = forEverybody(read).finally(() => {
      if (underWay === reading) underWay = undefined;
    });
    underWay = reading;
    return reading;
  };
  return () => {
    if (!underWay) return begin();
    next ??= underWay
      .catch(() => {})
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}
