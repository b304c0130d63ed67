import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Telegram's limit on what a button carries. */
const limitBytes = 64;
const signatureLength = 8;

/** Where a button leads: the name of a view and its arguments. */
export interface Route {
  view: string;
  args: readonly string[];
}

/** Signs where buttons lead, and reads what came back. */
export interface CallbackData {
  /** Data for a button in this chat. Throws where it would pass 64 bytes: a fault of the view that made it. */
  write(chatId: number, route: Route): string;
  /** The route behind a pressed button; undefined for what was not written for this very chat. */
  read(chatId: number, data: string): Route | undefined;
}

/**
 * Buttons carry their whole state, so that they work after a restart, and 48 bits of HMAC over the chat and the route, so
 * that data of another chat, of another bot or made by hand leads nowhere.
 */
export function createCallbackData(botToken: string): CallbackData {
  const key = createHash('sha256').update('callback data of ').update(botToken).digest();
  const sign = (chatId: number, text: string): string =>
    createHmac('sha256', key).update(`${chatId} ${text}`).digest('base64url').slice(0, signatureLength);
  return {
    write(chatId, { view, args }) {
      const text = [view, ...args].join('.');
      const data = `${text}.${sign(chatId, text)}`;
      if (!/^[\w.-]+$/.test(data) || Buffer.byteLength(data) > limitBytes) {
        throw new RangeError(
          `A button can't carry "${data}": at most ${limitBytes} bytes of letters, digits, "-" and "_".`,
        );
      }
      return data;
    },
    read(chatId, data) {
      if (data.length > limitBytes || !/^[\w.-]+$/.test(data)) return undefined;
      const parts = data.split('.');
      const given = parts.pop() ?? '';
      const expected = sign(chatId, parts.join('.'));
      if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
        return undefined;
      const [view = '', ...args] = parts;
      return { view, args };
    },
  };
}

/**
 * Short stand-in for an id of any length. A button names an item by its list's page and this; the page is asked for again
 * when it is pressed, so a list that moved can never open the wrong item.
 */
export function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 10);
}
