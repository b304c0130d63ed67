import type { Role } from '@cda/platform/auth/scopes.ts';

/** How people sign in by an identity provider that speaks OpenID Connect. */
export interface OidcConfig {
  /** Address of the provider; its discovery document stands below it. */
  issuer: string;
  clientId: string;
  /** None for a public client, which proves itself by PKCE alone. */
  clientSecret: string | undefined;
  /** Name of the provider on the button. */
  name: string;
  scopes: string;
  /** Claim that lists a person's groups. */
  groupsClaim: string;
  /** Role of each group; where a person is in several, the one that allows most counts. */
  rolesByGroup: ReadonlyMap<string, Role>;
  /** Role of those whose groups give none; undefined refuses them where groups are mapped. */
  defaultRole: Role | undefined;
  /** Whether an account is made at the first sign-in of somebody who has none. */
  createsAccounts: boolean;
  /** Address of this gateway as browsers see it, which the provider sends people back to. */
  publicUrl: string | undefined;
}

/** Why a sign-in by a provider did not come about; the page has a sentence for each. */
export type OidcFault = 'provider' | 'attempt' | 'email' | 'member' | 'account';

/** A sign-in that did not come about. `detail` is for the log and holds nothing secret. */
export class OidcError extends Error {
  readonly fault: OidcFault;

  constructor(fault: OidcFault, detail: string) {
    super(detail);
    this.name = 'OidcError';
    this.fault = fault;
  }
}
