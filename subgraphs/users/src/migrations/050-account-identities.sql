-- Whom an identity provider's subject stands for. The address alone is not enough: a provider may give it to another person later.
CREATE TABLE users.account_identity (
  -- SHA-256 of issuer and subject.
  hash text PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT account_identity_account_id_foreign REFERENCES users.account (id) ON DELETE CASCADE,
  issuer text NOT NULL,
  linked_at timestamptz NOT NULL,
  CONSTRAINT account_identity_account_id_issuer_unique UNIQUE (account_id, issuer)
);
