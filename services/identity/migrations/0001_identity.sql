-- Users, teams, roles, keys; sign-in and tokens.

CREATE TABLE app_user (
    LIKE record_template INCLUDING ALL,
    user_name text NOT NULL,
    display_name text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text,
    title text,
    type text,
    status text,
    is_administrator boolean,
    locale text,
    timezone text,
    manager_id uuid,
    default_team_id uuid,
    team_ids uuid[] NOT NULL DEFAULT '{}',
    role_ids uuid[] NOT NULL DEFAULT '{}',
    last_access_at timestamptz,
    totp_enabled boolean
);
SELECT make_searchable('app_user', 'user_name', 'display_name', 'email');
CREATE UNIQUE INDEX app_user_user_name_key ON app_user (user_name) WHERE deleted_at IS NULL;

-- What must never leave by way of a record.
CREATE TABLE user_secret (
    user_id uuid PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,
    password_hash text,
    password_expired boolean NOT NULL DEFAULT false,
    failed_attempts integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    totp_secret bytea,
    totp_confirmed boolean NOT NULL DEFAULT false,
    totp_last_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE team (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    description text,
    parent_id uuid CONSTRAINT team_parent_id_fkey REFERENCES team (id),
    manager_id uuid CONSTRAINT team_manager_id_fkey REFERENCES app_user (id),
    role_ids uuid[] NOT NULL DEFAULT '{}'
);
SELECT make_searchable('team', 'name');
CREATE UNIQUE INDEX team_name_key ON team (name) WHERE deleted_at IS NULL;

CREATE TABLE role (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    description text,
    is_baseline boolean,
    permissions text[] NOT NULL DEFAULT '{}',
    entity_rights jsonb NOT NULL DEFAULT '[]',
    field_rights jsonb NOT NULL DEFAULT '[]'
);
SELECT make_searchable('role', 'name');
CREATE UNIQUE INDEX role_name_key ON role (name) WHERE deleted_at IS NULL;

CREATE TABLE api_key (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    user_id uuid NOT NULL CONSTRAINT api_key_user_id_fkey REFERENCES app_user (id),
    prefix text,
    expires_at timestamptz,
    last_used_at timestamptz,
    allow_digest boolean,
    key_hash bytea,
    key_sealed bytea
);
CREATE UNIQUE INDEX api_key_key_hash ON api_key (key_hash);
CREATE INDEX api_key_user ON api_key (user_id);

CREATE TABLE oauth_client (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    client_id text NOT NULL,
    is_public boolean,
    redirect_uris text[] NOT NULL DEFAULT '{}',
    grant_types text[] NOT NULL DEFAULT '{}',
    scopes text[] NOT NULL DEFAULT '{}',
    user_id uuid CONSTRAINT oauth_client_user_id_fkey REFERENCES app_user (id),
    secret_hash bytea
);
CREATE UNIQUE INDEX oauth_client_client_id_key ON oauth_client (client_id) WHERE deleted_at IS NULL;

-- SOAP sessions and refresh tokens: secrets are kept as SHA-256 only. All tokens of one sign-in share a family, so
-- that a refresh token that is used twice ends all of them (RFC 9700 section 4.14.2).
CREATE TABLE token (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    family uuid NOT NULL,
    secret_hash bytea NOT NULL,
    user_id uuid NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    client_id text NOT NULL DEFAULT '',
    scope text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    client_address text
);
CREATE UNIQUE INDEX token_secret_hash ON token (secret_hash);
CREATE INDEX token_family ON token (family);
CREATE INDEX token_user ON token (user_id);

CREATE TABLE authorization_code (
    code_hash bytea PRIMARY KEY,
    client_id text NOT NULL,
    user_id uuid NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    scope text NOT NULL,
    family uuid NOT NULL,
    used boolean NOT NULL DEFAULT false,
    expires_at timestamptz NOT NULL
);

-- Access tokens are checked by their signature; those ended early are listed here until they expire.
CREATE TABLE revoked_token (
    id uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE UNLOGGED TABLE login_nonce (
    user_id uuid NOT NULL,
    nonce text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, nonce)
);

CREATE TABLE sign_in_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    user_name text NOT NULL,
    user_id uuid,
    success boolean NOT NULL,
    method text NOT NULL,
    client_address text,
    reason text
);
CREATE INDEX sign_in_audit_at ON sign_in_audit (at);

-- Keys of the service: for access tokens, cursors and sealed secrets.
CREATE TABLE service_key (
    name text PRIMARY KEY,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
