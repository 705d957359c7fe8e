-- Public users, what businesses say over them, businesses, apps and API keys.

CREATE TABLE user_profile (
    user_id text PRIMARY KEY,
    person_id uuid NOT NULL CONSTRAINT user_profile_person_id_fkey REFERENCES person,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    username text NOT NULL,
    -- the username in small letters: what is unique and looked up
    username_key text NOT NULL CONSTRAINT user_profile_username_key_key UNIQUE,
    name text,
    bio text,
    email text,
    -- the creation that the contract shows; the row's own is created_at
    registered_at timestamptz NOT NULL,
    -- ["biz_…"]
    accounts json NOT NULL,
    verification_individual text,
    verification_business text,
    -- [{"website": …, "url": …, "username": …, "verified": …}]
    social_links json NOT NULL,
    -- [{"symbol": …, "balance": …, …}]
    holdings json NOT NULL
);

CREATE TABLE user_override (
    user_id text NOT NULL CONSTRAINT user_override_user_id_fkey REFERENCES user_profile,
    account_id text NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    name text,
    PRIMARY KEY (user_id, account_id)
);

CREATE TABLE business (
    business_id text PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    title text NOT NULL,
    parent_id text
);

CREATE TABLE app (
    app_id text PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- [{"account_id": …, "permissions": […]}]
    installs json NOT NULL
);

CREATE TABLE api_key (
    key_id text PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    owner text NOT NULL,
    -- keyed; the key itself is nowhere
    hash text NOT NULL CONSTRAINT api_key_hash_key UNIQUE,
    permissions json NOT NULL,
    expires_at timestamptz,
    allow_cidrs json NOT NULL,
    api_version_date text
);
