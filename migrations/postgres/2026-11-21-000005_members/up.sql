-- Languages, tenants, brands, groups, members and what they are in a tenant.

CREATE TABLE language (
    language_id integer PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    icon text,
    icon_square text
);

CREATE TABLE tenant (
    tenant_id integer PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    slug text NOT NULL CONSTRAINT tenant_slug_key UNIQUE,
    name text NOT NULL
);

CREATE TABLE brand (
    brand_id integer PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    tenant_id integer NOT NULL,
    name text NOT NULL
);

CREATE TABLE member_group (
    group_id integer PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    tenant_id integer NOT NULL,
    name text NOT NULL
);

CREATE TABLE member (
    member_id integer PRIMARY KEY,
    person_id uuid NOT NULL CONSTRAINT member_person_id_fkey REFERENCES person,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    email text NOT NULL,
    -- what is unique; none for a deleted member
    email_key text CONSTRAINT member_email_key_key UNIQUE,
    given_name text NOT NULL,
    family_name text NOT NULL,
    -- what lists sort by, and what a search looks into
    name_key text COLLATE "C" NOT NULL,
    search_text text NOT NULL,
    language_id integer,
    display_absolute_time boolean NOT NULL,
    profile_pic text,
    admin_roles json NOT NULL,
    permissions json NOT NULL,
    is_deleted boolean NOT NULL,
    -- the creation that the contract shows; the row's own is created_at
    registered_at timestamptz NOT NULL,
    created_by integer,
    last_updated timestamptz NOT NULL,
    last_updated_by integer,
    password_hash text
);

CREATE TABLE membership (
    member_id integer NOT NULL CONSTRAINT membership_member_id_fkey REFERENCES member,
    tenant_id integer NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    membership_id integer NOT NULL CONSTRAINT membership_membership_id_key UNIQUE,
    role integer NOT NULL,
    status integer NOT NULL,
    last_seen timestamptz,
    -- [{"id": …, "is_admin": …}]
    "groups" json NOT NULL,
    -- [{"brand_id": …, "role": …}]
    brands json NOT NULL,
    PRIMARY KEY (member_id, tenant_id)
);

CREATE TABLE password_attempts (
    member_id integer PRIMARY KEY,
    version bigint NOT NULL,
    -- microseconds
    times json NOT NULL
);

-- the list of a tenant
CREATE INDEX membership_tenant_id_idx ON membership (tenant_id, member_id);
