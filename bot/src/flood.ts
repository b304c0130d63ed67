import { Lru } from './lru.ts';

/** Messages and presses that a chat can send at once, and how fast the allowance grows back. */
export interface FloodLimits {
  burst: number;
  perSecond: number;
}

/** What to do with an update: answer it, say once that it is too much, or drop it. */
export type FloodVerdict = 'ANSWER' | 'WARN' | 'DROP';

/** A token bucket a chat. The limits let a quick reader page through everything and stop what no reader does. */
export function createFloodGuard(
  now: () => number,
  { burst, perSecond }: FloodLimits = { burst: 15, perSecond: 1.5 },
): (chatId: number) => FloodVerdict {
  const chats = new Lru<number, { tokens: number; at: number; warned: boolean }>(10_000);
  return (chatId) => {
    const at = now();
    const held = chats.get(chatId) ?? { tokens: burst, at, warned: false };
    const tokens = Math.min(burst, held.tokens + ((at - held.at) / 1000) * perSecond);
    if (tokens >= 1) {
      chats.set(chatId, { tokens: tokens - 1, at, warned: held.warned && tokens < burst / 2 });
      return 'ANSWER';
    }
    chats.set(chatId, { tokens, at, warned: true });
    return held.warned ? 'DROP' : 'WARN';
  };
}
