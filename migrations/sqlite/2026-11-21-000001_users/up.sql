-- Public users, what businesses say over them, businesses, apps and API keys.

CREATE TABLE user_profile (
    user_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL CONSTRAINT user_profile_person_id_fkey REFERENCES person,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    username TEXT NOT NULL,
    -- the username in small letters: what is unique and looked up
    username_key TEXT NOT NULL CONSTRAINT user_profile_username_key_key UNIQUE,
    name TEXT,
    bio TEXT,
    email TEXT,
    -- the creation that the contract shows; the row's own is created_at
    registered_at TEXT NOT NULL,
    -- ["biz_…"]
    accounts TEXT NOT NULL,
    verification_individual TEXT,
    verification_business TEXT,
    -- [{"website": …, "url": …, "username": …, "verified": …}]
    social_links TEXT NOT NULL,
    -- [{"symbol": …, "balance": …, …}]
    holdings TEXT NOT NULL
);

CREATE TABLE user_override (
    user_id TEXT NOT NULL CONSTRAINT user_override_user_id_fkey REFERENCES user_profile,
    account_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    name TEXT,
    PRIMARY KEY (user_id, account_id)
);

CREATE TABLE business (
    business_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    title TEXT NOT NULL,
    parent_id TEXT
);

CREATE TABLE app (
    app_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- [{"account_id": …, "permissions": […]}]
    installs TEXT NOT NULL
);

CREATE TABLE api_key (
    key_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    owner TEXT NOT NULL,
    -- keyed; the key itself is nowhere
    hash TEXT NOT NULL CONSTRAINT api_key_hash_key UNIQUE,
    permissions TEXT NOT NULL,
    expires_at TEXT,
    allow_cidrs TEXT NOT NULL,
    api_version_date TEXT
);
