import type { Role } from '@cda/platform/auth/scopes.ts';
import type { Locale } from '@cda/platform/text.ts';

/** Who asks, as far as the gateway could find out from what was sent. */
export interface Caller {
  /** `account:<id>`, `operator:<role>`, `key:<id>` or `service:bot`. */
  subject: string;
  scopes: readonly string[];
  /** Role of an account or operator; keys and services have none. */
  role: Role | undefined;
  locale: Locale;
  /** Proof came by cookie, which browsers send unasked; so the request has to show that a page of ours made it. */
  byCookie: boolean;
  /** End of the token that proved it; keys have none. */
  expiresAt?: Date;
}
