import type { PartName } from './part-config.ts';
import { partNames } from './part-config.ts';

const width = Math.max(...partNames.map((name) => name.length));
const levels: Readonly<Record<number, string>> = { 40: 'WARN ', 50: 'ERROR ', 60: 'FATAL ' };
const quiet = new Set(['level', 'time', 'msg', 'service', 'pid', 'hostname']);

/** A line of a part's log for an eye: part, message, fields; other text as it is. */
export function readableLine(part: PartName, text: string): string {
  const prefix = `${part.padEnd(width)} │ `;
  if (!text.startsWith('{')) return prefix + text;
  try {
    const line = JSON.parse(text) as Record<string, unknown>;
    const fields = Object.entries(line)
      .filter(([name]) => !quiet.has(name))
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return `${prefix}${levels[Number(line['level'])] ?? ''}${[line['msg'], ...fields].filter(Boolean).join('  ')}`;
  } catch {
    return prefix + text;
  }
}
