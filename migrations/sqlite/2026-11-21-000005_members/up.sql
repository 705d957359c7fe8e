-- Languages, tenants, brands, groups, members and what they are in a tenant.

CREATE TABLE language (
    language_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    icon TEXT,
    icon_square TEXT
);

CREATE TABLE tenant (
    tenant_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    slug TEXT NOT NULL CONSTRAINT tenant_slug_key UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE brand (
    brand_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    tenant_id INTEGER NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE member_group (
    group_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    tenant_id INTEGER NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE member (
    member_id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL CONSTRAINT member_person_id_fkey REFERENCES person,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    email TEXT NOT NULL,
    -- what is unique; none for a deleted member
    email_key TEXT CONSTRAINT member_email_key_key UNIQUE,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    -- what lists sort by, and what a search looks into
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    language_id INTEGER,
    display_absolute_time BOOLEAN NOT NULL,
    profile_pic TEXT,
    admin_roles TEXT NOT NULL,
    permissions TEXT NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    -- the creation that the contract shows; the row's own is created_at
    registered_at TEXT NOT NULL,
    created_by INTEGER,
    last_updated TEXT NOT NULL,
    last_updated_by INTEGER,
    password_hash TEXT
);

CREATE TABLE membership (
    member_id INTEGER NOT NULL CONSTRAINT membership_member_id_fkey REFERENCES member,
    tenant_id INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    membership_id INTEGER NOT NULL CONSTRAINT membership_membership_id_key UNIQUE,
    role INTEGER NOT NULL,
    status INTEGER NOT NULL,
    last_seen TEXT,
    -- [{"id": …, "is_admin": …}]
    "groups" TEXT NOT NULL,
    -- [{"brand_id": …, "role": …}]
    brands TEXT NOT NULL,
    PRIMARY KEY (member_id, tenant_id)
);

CREATE TABLE password_attempts (
    member_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    -- microseconds
    times TEXT NOT NULL
);

-- the list of a tenant
CREATE INDEX membership_tenant_id_idx ON membership (tenant_id, member_id);
