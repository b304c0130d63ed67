import { AppError } from '@cda/platform/errors.ts';

/** How the gateway deals with browsers. */
export interface SiteSettings {
  /** Origins of other sites whose pages may call the graph, or `*`. */
  allowedOrigins: readonly string[];
  /** Whether cookies carry `Secure`; left out, they do in production. */
  secureCookies?: boolean;
}

/** ALLOWED_ORIGINS and SECURE_COOKIES. Throws AppError with the one that is wrong. */
export function readSiteSettings(env: Readonly<Record<string, string | undefined>>): SiteSettings {
  const allowedOrigins = (env['ALLOWED_ORIGINS'] ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  const wrong = allowedOrigins.find((origin) => origin !== '*' && URL.parse(origin)?.origin !== origin);
  if (wrong !== undefined) {
    throw refused(
      `ALLOWED_ORIGINS: "${wrong}" is no origin.`,
      'Write https://shop.example.com, without a path or a slash at its end; several with commas between them.',
    );
  }
  const secure = env['SECURE_COOKIES'] || undefined;
  if (secure !== undefined && secure !== '0' && secure !== '1') {
    throw refused(`SECURE_COOKIES is "${secure}".`, 'Set it to 1 where the page is reached by https, else to 0.');
  }
  return { allowedOrigins, ...(secure === undefined ? {} : { secureCookies: secure === '1' }) };
}

const refused = (message: string, remedy: string): AppError => new AppError('CONFIG_INVALID', message, remedy);
