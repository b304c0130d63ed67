-- People who sign in, and what lets them and programs in. Secrets are kept as hashes only.
CREATE TABLE users.account (
  id uuid PRIMARY KEY,
  -- Lower case: one address is one account.
  email text NOT NULL CONSTRAINT account_email_unique UNIQUE,
  name text NOT NULL,
  role text NOT NULL CONSTRAINT account_role_check CHECK (role IN ('VIEWER', 'ANALYST', 'MARKETER', 'ADMIN')),
  -- argon2id in PHC form; null for those who sign in by code only.
  password_hash text NULL,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz NULL
);

CREATE TABLE users.sign_in_code (
  hash text PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT sign_in_code_account_id_foreign REFERENCES users.account (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz NULL
);

-- Failed tries by what was tried (the hash of an address, known or not), for the lock-out.
CREATE TABLE users.sign_in_attempt (
  subject text PRIMARY KEY,
  failures integer NOT NULL,
  window_started_at timestamptz NOT NULL
);

-- A session's refresh token names the session and its generation; each renewal goes one generation on.
CREATE TABLE users.session (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT session_account_id_foreign REFERENCES users.account (id) ON DELETE CASCADE,
  generation integer NOT NULL,
  renewed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz NULL
);
CREATE INDEX session_account_id_index ON users.session (account_id);

CREATE TABLE users.api_key (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CONSTRAINT api_key_kind_check CHECK (kind IN ('WRITE', 'API')),
  prefix text NOT NULL,
  hash text NOT NULL CONSTRAINT api_key_hash_unique UNIQUE,
  scopes text[] NOT NULL,
  -- Subject of who made it.
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz NULL
);

CREATE TABLE users.telegram_chat (
  chat_id text PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT telegram_chat_account_id_foreign REFERENCES users.account (id) ON DELETE CASCADE,
  linked_at timestamptz NOT NULL
);

CREATE TABLE users.telegram_link_code (
  hash text PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT telegram_link_code_account_id_foreign REFERENCES users.account (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz NULL
);
