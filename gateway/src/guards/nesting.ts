/**
 * Whether brackets nest deeper than `limit` in a GraphQL document or a JSON text. It runs before any parser, because parsers
 * recurse: 5,000 nested lists overflow the stack long before a limit on tokens is met. Strings (JSON's, and GraphQL's plain
 * and block strings) and GraphQL's comments do not count. Cost: one pass, no memory.
 */
export function nestsDeeperThan(text: string, limit: number, comments: boolean): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
      case 0x28: // (
        if (++depth > limit) return true;
        break;
      case 0x7d: // }
      case 0x5d: // ]
      case 0x29: // )
        depth--;
        break;
      case 0x22: // "
        at = endOfString(text, at, comments);
        break;
      case 0x23: // #
        if (comments) {
          while (at < text.length && text.charCodeAt(at) !== 0x0a && text.charCodeAt(at) !== 0x0d) at++;
        }
        break;
    }
  }
  return false;
}

/** Place of the last quote of the string that begins at `start`, or the end of the text where it is not closed. */
function endOfString(text: string, start: number, blocks: boolean): number {
  if (blocks && text.startsWith('"""', start)) {
    let end = text.indexOf('"""', start + 3);
    while (end > 0 && text.charCodeAt(end - 1) === 0x5c) end = text.indexOf('"""', end + 3);
    return end < 0 ? text.length : end + 2;
  }
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22 || (blocks && (code === 0x0a || code === 0x0d))) return at;
  }
  return text.length;
}
