import { AppError } from '@cda/platform/errors.ts';

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of a duration such as `90s`, `15m`, `1h` or `7d`. Throws AppError for anything else. */
export function toSeconds(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  const result = Number(amount) * (seconds[unit] ?? 0);
  if (result > 0) return result;
  throw new AppError('CONFIG_INVALID', `"${text}" is no duration.`, 'Write it like 90s, 15m, 1h or 7d.');
}
