-- People, customers, trading accounts, media files, and the log of every change.
-- Every row carries person_id, the shard key of the day when one database is not enough.

CREATE TABLE person (
    person_id TEXT PRIMARY KEY,
    -- what the operator's own systems call this person
    alias TEXT UNIQUE,
    created_at TEXT NOT NULL
);

CREATE TABLE customer (
    customer_id BIGINT PRIMARY KEY,
    person_id TEXT NOT NULL CONSTRAINT customer_person_id_fkey REFERENCES person,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    email TEXT NOT NULL,
    full_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    phone TEXT NOT NULL,
    status BIGINT NOT NULL,
    enable BOOLEAN NOT NULL,
    brand TEXT NOT NULL,
    preferred_language TEXT NOT NULL,
    desk TEXT NOT NULL,
    manager_id BIGINT
);

CREATE TABLE account (
    login INTEGER PRIMARY KEY CHECK (login >= 0),
    person_id TEXT NOT NULL CONSTRAINT account_person_id_fkey REFERENCES person,
    customer_id BIGINT CONSTRAINT account_customer_id_fkey REFERENCES customer,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- Unix seconds of the last accepted update, as the contract shows it
    update_time BIGINT NOT NULL,
    name TEXT NOT NULL,
    avatar TEXT NOT NULL,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    country TEXT NOT NULL,
    zipcode TEXT NOT NULL,
    user_color TEXT NOT NULL,
    email TEXT NOT NULL,
    "group" TEXT NOT NULL,
    currency TEXT NOT NULL,
    comment TEXT NOT NULL,
    enable BOOLEAN NOT NULL,
    enable_read_only BOOLEAN NOT NULL,
    enable_change_password BOOLEAN NOT NULL,
    leverage BIGINT NOT NULL,
    regdate BIGINT NOT NULL,
    prevbalance DOUBLE NOT NULL,
    prevmonthbalance DOUBLE NOT NULL,
    balance DOUBLE NOT NULL,
    storage DOUBLE NOT NULL,
    commission DOUBLE NOT NULL,
    credit DOUBLE NOT NULL,
    margin DOUBLE NOT NULL,
    margin_free DOUBLE NOT NULL,
    margin_level DOUBLE NOT NULL,
    equity DOUBLE NOT NULL
);
CREATE INDEX account_customer_id_idx ON account (customer_id, login);

CREATE TABLE media_file (
    uuid TEXT PRIMARY KEY,
    person_id TEXT CONSTRAINT media_file_person_id_fkey REFERENCES person,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    extension TEXT NOT NULL,
    scope INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    original_name TEXT NOT NULL,
    file_size BIGINT NOT NULL
);

-- Append-only. The key counts its versions without gaps, so two writers can never both make the same one.
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    person_id TEXT,
    facet TEXT NOT NULL,
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    contract TEXT NOT NULL,
    request_id TEXT NOT NULL,
    reason TEXT,
    -- [{"field": …, "old": …, "new": …}]
    fields TEXT NOT NULL,
    CONSTRAINT changes_facet_key_version_key UNIQUE (facet, key, version)
);
