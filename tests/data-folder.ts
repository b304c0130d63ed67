import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = process.env['CDA_DATA'] ?? resolve(import.meta.dirname, '../../shared/data');

/** Path of a real data file, or undefined where the folder (`CDA_DATA`) does not hold it: such tests say that they were skipped. */
export function sharedData(file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? path : undefined;
}
