/** What workers of one address and their first process say to each other. */
export type WorkerMessage =
  /** From a worker: it serves at this port. */
  | { port: number }
  /** From a worker, and on to the others: something was changed, so nothing kept may be used any more. */
  | { cda: 'forget' }
  /** From a worker: it was asked for figures, and needs those of all. */
  | { cda: 'gather'; id: number }
  /** To each worker: its figures are wanted. */
  | { cda: 'tell'; id: number }
  /** From each worker: its figures. */
  | { cda: 'told'; id: number; figures: object }
  /** To the worker that was asked: the figures of all, as text. */
  | { cda: 'gathered'; id: number; text: string };

/** A message of ours; undefined for what others send over the same channel. */
export function toMessage(value: unknown): WorkerMessage | undefined {
  return typeof value === 'object' && value !== null && ('cda' in value || 'port' in value)
    ? (value as WorkerMessage)
    : undefined;
}
