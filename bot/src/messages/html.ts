/** A text that is well-formed in Telegram's HTML: made by `html` only, so nothing that was stored by a shop becomes markup. */
export interface Html {
  readonly html: string;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Marks where text came from: embedding and override characters would turn the rest of a line around. */
const bidiControls = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
const controls = /[\p{Cc}\u2028\u2029]+/gu;

/** A text of unknown origin in one line: no control characters, no direction overrides, at most `limit` characters. */
export function oneLine(text: string, limit = 80): string {
  const clean = text.toWellFormed().replace(bidiControls, '').replace(controls, ' ').trim();
  const characters = Array.from(clean);
  return characters.length <= limit ? clean : `${characters.slice(0, limit - 1).join('')}…`;
}

/** A template whose values are escaped; values that are `Html` already go in as they are. */
export function html(strings: TemplateStringsArray, ...values: (Html | string | number)[]): Html {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    const piece =
      typeof value === 'object' ? value.html : String(value).replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
    text += piece + (strings[index + 1] ?? '');
  }
  return { html: text };
}

/** Markup that stands in the bot's own catalogue. Never for texts of a shop or a person. */
export function ownMarkup(text: string): Html {
  return { html: text };
}

/** What Telegram counts against its limits: the text without tags, each entity one character. */
export function visibleLength({ html: text }: Html): number {
  return text.replace(/<[^>]*>/g, '').replace(/&[a-z#0-9]+;/gi, ' ').length;
}
