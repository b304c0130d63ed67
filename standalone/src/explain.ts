import { AppError } from '@cda/platform/errors.ts';

/** Tells the person at the terminal, or the program that reads our lines, why something ended. */
export function explain(error: unknown, json: boolean): void {
  const known = error instanceof AppError ? error : undefined;
  const message = known?.message ?? `Something went wrong that this software did not expect: ${String(error)}`;
  const remedy = known?.remedy ?? 'The log in the data folder has more; starting again is safe.';
  if (json) console.log(JSON.stringify({ event: 'error', code: known?.code ?? 'INTERNAL', message, remedy }));
  else console.error(`\n${message}\n${remedy}`);
  if (!known && !json && error instanceof Error) console.error(error.stack);
}
