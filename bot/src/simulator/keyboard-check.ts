import type { InlineKeyboardMarkup } from 'grammy/types';
import { badRequest } from './api-error.ts';

/** Checks an inline keyboard as Telegram does. Undefined where there is none. */
export function readKeyboard(markup: unknown): InlineKeyboardMarkup | undefined {
  if (markup === undefined) return undefined;
  const rows = (markup as { inline_keyboard?: unknown }).inline_keyboard;
  if (!Array.isArray(rows)) throw badRequest('object expected as reply markup');
  let count = 0;
  for (const row of rows) {
    if (!Array.isArray(row)) throw badRequest("can't parse inline keyboard: array of buttons expected");
    for (const button of row as Record<string, unknown>[]) {
      count++;
      checkButton(button);
    }
  }
  if (count > 100) throw badRequest('reply markup is too long');
  return count > 0 ? { inline_keyboard: rows.filter((row) => row.length > 0) } : undefined;
}

function checkButton(button: Record<string, unknown>): void {
  if (typeof button['text'] !== 'string' || button['text'].trim() === '') {
    throw badRequest('can\'t parse inline keyboard button: field "text" must be a non-empty string');
  }
  const { callback_data: data, url } = button;
  if (typeof data === 'string') {
    const bytes = Buffer.byteLength(data);
    if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID');
    return;
  }
  if (typeof url !== 'string') throw badRequest('BUTTON_TYPE_INVALID');
  if (!isReachable(url)) throw badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
}

/** Telegram takes addresses of the public web only. */
function isReachable(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return /^(https?|tg):$/.test(protocol) && hostname.includes('.');
  } catch {
    return false;
  }
}
