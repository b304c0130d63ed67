import { BoundedMap } from '@cda/platform/bounded-map.ts';
import type { SharedRedis } from '../shared/redis.ts';

/** Texts that clients registered under their hash (automatic persisted queries), in memory and, where there is one, in Redis. */
export interface PersistedTexts {
  find(hash: string): Promise<string | undefined>;
  register(hash: string, text: string): void;
  /** Forgets all: texts may hold what a client wrote into them. Clients send a text again when they are told that it is not known. */
  clear(epoch: string): void;
}

/** Longer texts are not kept, so that memory is bounded in bytes too. */
const longest = 32_768;
const keptSeconds = 3_600;

export function createPersistedTexts(redis?: SharedRedis): PersistedTexts {
  const texts = new BoundedMap<string, string>(2_000);
  let epoch = '';
  const keyOf = (hash: string): string => `text:${epoch}:${hash}`;
  return {
    async find(hash) {
      const known = texts.get(hash);
      if (known !== undefined || !redis?.isUp()) return known;
      try {
        const text = await redis.client.get(keyOf(hash));
        if (text === null) return undefined;
        texts.set(hash, text);
        return text;
      } catch {
        return undefined;
      }
    },
    register(hash, text) {
      if (text.length > longest) return;
      if (texts.get(hash) === undefined && redis?.isUp()) {
        redis.client.set(keyOf(hash), text, 'EX', keptSeconds).catch(() => {});
      }
      texts.set(hash, text);
    },
    clear(next) {
      epoch = next;
      texts.clear();
    },
  };
}
