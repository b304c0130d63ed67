import type { MessageEntity } from 'grammy/types';
import { badRequest } from './api-error.ts';

/** A text as people see it, and what stands in it. */
export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

interface OpenTag {
  name: string;
  offset: number;
  entity: Omit<MessageEntity, 'offset' | 'length'> | undefined;
}

const simple: Record<string, string> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/**
 * Reads Telegram's HTML as strictly as Telegram does: only its tags, all of them closed in order, `<` always escaped.
 * Throws the same refusals, with the byte offset.
 */
export function parseHtml(html: string): FormattedText {
  const open: OpenTag[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  let at = 0;
  const fail = (what: string) => badRequest(`can't parse entities: ${what}`);
  const byteOffset = () => Buffer.byteLength(html.slice(0, at));
  while (at < html.length) {
    const sign = html[at];
    if (sign === '&') {
      const entity = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot));/i.exec(html.slice(at, at + 12));
      text += entity ? decode(entity) : '&';
      at += entity ? entity[0].length : 1;
    } else if (sign !== '<') {
      text += sign;
      at++;
    } else if (html[at + 1] === '/') {
      const end = /^<\/([a-z-]*)\s*>/i.exec(html.slice(at));
      const tag = open.pop();
      if (!end || !tag) throw fail(`Unexpected end tag at byte offset ${byteOffset()}`);
      const name = (end[1] ?? '').toLowerCase();
      if (name !== '' && name !== tag.name) {
        throw fail(`Unmatched end tag at byte offset ${byteOffset()}, expected "</${tag.name}>", found "</${name}>"`);
      }
      const length = text.length - tag.offset;
      if (tag.entity && length > 0) entities.push({ ...tag.entity, offset: tag.offset, length } as MessageEntity);
      at += end[0].length;
    } else {
      const start = /^<([a-z][a-z-]*)((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*>/i.exec(
        html.slice(at),
      );
      const name = start?.[1]?.toLowerCase() ?? '';
      const entity = start ? entityOf(name, start[2] ?? '') : undefined;
      if (!start || entity === undefined) throw fail(`Unsupported start tag "${name}" at byte offset ${byteOffset()}`);
      open.push({ name, offset: text.length, entity: entity ?? undefined });
      at += start[0].length;
    }
  }
  const unclosed = open.pop();
  if (unclosed) throw fail(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  return trim(
    text,
    entities.sort((a, b) => a.offset - b.offset || b.length - a.length),
  );
}

function decode([, decimal, hex, name]: RegExpExecArray): string {
  if (name) return named[name.toLowerCase()] ?? '';
  const point = decimal ? Number(decimal) : Number.parseInt(hex ?? '0', 16);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
}

/** The entity that a tag stands for; null for a tag that marks nothing, undefined for one that Telegram does not know. */
function entityOf(name: string, attributes: string): OpenTag['entity'] | null | undefined {
  if (name === 'a') {
    const url = /href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
    const href = url?.[1] ?? url?.[2] ?? url?.[3];
    return href ? ({ type: 'text_link', url: href } as OpenTag['entity']) : null;
  }
  if (name === 'span') return /class\s*=\s*["']?tg-spoiler/i.test(attributes) ? { type: 'spoiler' } : undefined;
  const type = simple[name];
  return type ? ({ type } as OpenTag['entity']) : undefined;
}

/** Telegram trims every text; what is marked moves along. */
function trim(text: string, entities: readonly MessageEntity[]): FormattedText {
  const cut = text.length - text.trimStart().length;
  const trimmed = text.trim();
  return {
    text: trimmed,
    entities: entities.flatMap((entity) => {
      const offset = Math.max(0, entity.offset - cut);
      const end = Math.min(trimmed.length, entity.offset + entity.length - cut);
      return end > offset ? [{ ...entity, offset, length: end - offset }] : [];
    }),
  };
}
