import { type Html, visibleLength } from './html.ts';

/** Longest text of a message, in characters as people see them. */
export const messageLimit = 4096;

/** Longest caption of a picture. */
export const captionLimit = 1024;

/**
 * Lines as one text within a limit of Telegram. Lines that do not fit are left out from the end of the body, with "…" in
 * their place, so that the last line (the age of the figures) always stays; no line is cut inside, so tags stay whole.
 */
export function fitLines(body: readonly Html[], footer: readonly Html[] = [], limit: number = messageLimit): string {
  const length = (lines: readonly Html[]): number => lines.reduce((sum, line) => sum + visibleLength(line) + 1, 0);
  const room = limit - length(footer);
  const kept: Html[] = [];
  let used = 0;
  for (const line of body) {
    const cost = visibleLength(line) + 1;
    if (used + cost > room - 2) {
      kept.push({ html: '…' });
      break;
    }
    kept.push(line);
    used += cost;
  }
  return [...kept, ...footer]
    .map((line) => line.html)
    .join('\n')
    .trim();
}
