-- People, customers, trading accounts, media files, and the log of every change.
-- Every row carries person_id, the shard key of the day when one database is not enough.

CREATE TABLE person (
    person_id uuid PRIMARY KEY,
    -- what the operator's own systems call this person
    alias text UNIQUE,
    created_at timestamptz NOT NULL
);

CREATE TABLE customer (
    customer_id bigint PRIMARY KEY,
    person_id uuid NOT NULL CONSTRAINT customer_person_id_fkey REFERENCES person,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    email text NOT NULL,
    full_name text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text NOT NULL,
    status bigint NOT NULL,
    enable boolean NOT NULL,
    brand text NOT NULL,
    preferred_language text NOT NULL,
    desk text NOT NULL,
    manager_id bigint
);

CREATE TABLE account (
    login integer PRIMARY KEY CHECK (login >= 0),
    person_id uuid NOT NULL CONSTRAINT account_person_id_fkey REFERENCES person,
    customer_id bigint CONSTRAINT account_customer_id_fkey REFERENCES customer,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- Unix seconds of the last accepted update, as the contract shows it
    update_time bigint NOT NULL,
    name text NOT NULL,
    avatar text NOT NULL,
    phone text NOT NULL,
    address text NOT NULL,
    city text NOT NULL,
    state text NOT NULL,
    country text NOT NULL,
    zipcode text NOT NULL,
    user_color text NOT NULL,
    email text NOT NULL,
    "group" text NOT NULL,
    currency text NOT NULL,
    comment text NOT NULL,
    enable boolean NOT NULL,
    enable_read_only boolean NOT NULL,
    enable_change_password boolean NOT NULL,
    leverage bigint NOT NULL,
    regdate bigint NOT NULL,
    prevbalance double precision NOT NULL,
    prevmonthbalance double precision NOT NULL,
    balance double precision NOT NULL,
    storage double precision NOT NULL,
    commission double precision NOT NULL,
    credit double precision NOT NULL,
    margin double precision NOT NULL,
    margin_free double precision NOT NULL,
    margin_level double precision NOT NULL,
    equity double precision NOT NULL
);
CREATE INDEX account_customer_id_idx ON account (customer_id, login);

CREATE TABLE media_file (
    uuid uuid PRIMARY KEY,
    person_id uuid CONSTRAINT media_file_person_id_fkey REFERENCES person,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    extension text NOT NULL,
    scope integer NOT NULL,
    purpose text NOT NULL,
    original_name text NOT NULL,
    file_size bigint NOT NULL
);

-- Append-only. The key counts its versions without gaps, so two writers can never both make the same one.
CREATE TABLE changes (
    id uuid PRIMARY KEY,
    person_id uuid,
    facet text NOT NULL,
    key text NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    contract text NOT NULL,
    request_id text NOT NULL,
    reason text,
    -- [{"field": …, "old": …, "new": …}]
    fields json NOT NULL,
    CONSTRAINT changes_facet_key_version_key UNIQUE (facet, key, version)
);
