/** Where the bot writes what happened: a structured log in pino's manner. */
export interface BotLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * What a log may know of an error: name, message, stack, and Telegram's own code and words, with the bot's token taken out
 * of all of them. Errors of the Bot API carry the request, whose address holds the token; so no error is logged as it is.
 */
export function toLogFields(error: unknown, botToken: string): Record<string, unknown> {
  const clean = (text: unknown): string =>
    String(text ?? '')
      .replaceAll(botToken, '[token]')
      .replace(/bot\d+:[\w-]{20,}/g, 'bot[token]');
  if (!(error instanceof Error)) return { error: clean(error) };
  const { cause } = error;
  return {
    error: error.name,
    message: clean(error.message),
    ...('method' in error ? { method: clean(error.method) } : {}),
    ...('error_code' in error ? { telegramCode: error.error_code } : {}),
    ...('error' in error && error.error instanceof Error ? { reason: clean(error.error.message) } : {}),
    ...(cause instanceof Error ? { cause: clean(cause.message) } : {}),
    stack: clean(error.stack),
  };
}
