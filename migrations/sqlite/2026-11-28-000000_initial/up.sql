-- The tables of the profile service. Every row of a person carries person_id.
--
-- root, in every table of records: the aggregate that the row belongs to, whose rows and changes are written together.
--
-- Text that is compared, for order or by a search, has been folded by the program: the language of the database has no say
-- in it.

-- Customers, trading accounts, media files, and the log of every change.

CREATE TABLE customer (
    root TEXT NOT NULL,
    customer_id BIGINT PRIMARY KEY,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
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
    root TEXT NOT NULL,
    login INTEGER PRIMARY KEY CHECK (login >= 0),
    person_id TEXT NOT NULL,
    customer_id BIGINT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
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
-- which pictures are shown
CREATE INDEX account_avatar_idx ON account (avatar) WHERE avatar <> '';

CREATE TABLE media_file (
    root TEXT NOT NULL,
    uuid TEXT PRIMARY KEY,
    person_id TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    extension TEXT NOT NULL,
    scope INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    original_name TEXT NOT NULL,
    file_size BIGINT NOT NULL
);
-- what a person has stored
CREATE INDEX media_file_person_id_idx ON media_file (person_id) WHERE person_id IS NOT NULL;

-- Append-only. The key counts its versions without gaps, so two writers can never both make the same one.
CREATE TABLE changes (
    root TEXT NOT NULL,
    -- its position in the log
    id TEXT PRIMARY KEY NOT NULL,
    person_id TEXT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    door TEXT NOT NULL,
    request_id TEXT NOT NULL,
    reason TEXT,
    -- what is left of an erased reason
    reason_redacted BLOB,
    -- [{"field": …, "old": …, "new": …}]
    fields TEXT NOT NULL,
    ended BOOLEAN NOT NULL,
    -- null once the values are removed
    salt BLOB,
    digest BLOB NOT NULL,
    -- whether they were removed because they had become too old, and not by the erasure of a person
    expired BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (kind, key, version)
);

-- Which records are or were a person's, written when a record begins or changes its person: an index of the log by person
-- that no other update pays for.
CREATE TABLE person_record (
    -- the person
    root TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (root, kind, key)
) WITHOUT ROWID;

-- Values that only one living record may have, and aliases of people.
CREATE TABLE claim (
    -- the value: it is what is looked for, and nobody else may have it, whatever record that is
    root TEXT NOT NULL,
    -- user.username
    kind TEXT NOT NULL,
    -- the root and the key of the record that has it; for an alias, both are the person's id
    record_root TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (kind, root)
) WITHOUT ROWID;
-- what an operator calls a person
CREATE INDEX claim_alias_idx ON claim (record_root) WHERE kind = 'alias';

-- Public users, what businesses say over them, businesses, apps and API keys.

CREATE TABLE user_profile (
    root TEXT NOT NULL,
    user_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    username TEXT NOT NULL,
    -- the username in small letters, for searches
    username_key TEXT NOT NULL,
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
    holdings TEXT NOT NULL,
    -- an upload, and the name of what is shown of it in the media store
    picture_file TEXT,
    picture_rendition TEXT,
    banner_file TEXT,
    banner_rendition TEXT,
    -- the name as the program folds it, for searches and order
    name_folded TEXT
);
-- exact names, and names that begin so
CREATE INDEX user_profile_username_key_idx ON user_profile (username_key);
CREATE INDEX user_profile_picture_file_idx ON user_profile (picture_file) WHERE picture_file IS NOT NULL;
CREATE INDEX user_profile_banner_file_idx ON user_profile (banner_file) WHERE banner_file IS NOT NULL;
-- newest first, with all that a search looks at, so that it reads no row but those that it finds
CREATE INDEX user_profile_list_idx ON user_profile (registered_at DESC, user_id, username_key, name_folded);

CREATE TABLE user_override (
    root TEXT NOT NULL,
    user_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    name TEXT,
    picture_file TEXT,
    picture_rendition TEXT,
    PRIMARY KEY (user_id, account_id)
);
CREATE INDEX user_override_picture_file_idx ON user_override (picture_file) WHERE picture_file IS NOT NULL;

CREATE TABLE business (
    root TEXT NOT NULL,
    business_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    title TEXT NOT NULL,
    parent_id TEXT
);

CREATE TABLE app (
    root TEXT NOT NULL,
    app_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    -- [{"account_id": …, "permissions": […]}]
    installs TEXT NOT NULL
);

CREATE TABLE api_key (
    root TEXT NOT NULL,
    key_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    owner TEXT NOT NULL,
    -- keyed; the key itself is nowhere
    hash TEXT NOT NULL,
    permissions TEXT NOT NULL,
    expires_at TEXT,
    allow_cidrs TEXT NOT NULL,
    api_version_date TEXT,
    revoked_at TEXT
);

-- Uploaded files, and kept replies.

CREATE TABLE upload (
    root TEXT NOT NULL,
    upload_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    -- user_…, biz_… or app_…
    owner TEXT NOT NULL,
    -- of the user whose it is
    person_id TEXT,
    token TEXT NOT NULL,
    filename TEXT NOT NULL,
    content_type TEXT NOT NULL,
    visibility TEXT NOT NULL,
    announced_at TEXT NOT NULL,
    status TEXT NOT NULL,
    file_size BIGINT,
    -- names in the media store
    content TEXT,
    rendition TEXT,
    attached_at TEXT,
    -- the server that looks at its bytes; no part of its record, nor is the next one
    worker TEXT,
    -- how often a server began to
    tries INTEGER NOT NULL DEFAULT 0
);
-- what a sweep asks for
CREATE INDEX upload_updated_at_idx ON upload (updated_at) WHERE status <> 'removed';
-- those whose bytes are still looked at
CREATE INDEX upload_processing_idx ON upload (updated_at) WHERE status = 'processing';
-- what each holder has stored
CREATE INDEX upload_owner_idx ON upload (owner) WHERE status <> 'removed';
-- which record a file in the media store belongs to
CREATE INDEX upload_content_idx ON upload (content) WHERE content IS NOT NULL;
CREATE INDEX upload_rendition_idx ON upload (rendition) WHERE rendition IS NOT NULL;

CREATE TABLE idempotency_key (
    -- the caller
    root TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    replied_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    -- client/5b2f…: with whose erasure it goes
    about TEXT,
    PRIMARY KEY (root, key)
);
CREATE INDEX idempotency_key_replied_at_idx ON idempotency_key (replied_at);
CREATE INDEX idempotency_key_about_idx ON idempotency_key (about) WHERE about IS NOT NULL;

-- Clients of a regulated broker.

CREATE TABLE client (
    root TEXT NOT NULL,
    sub TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    client_id BIGINT NOT NULL,
    -- a record that is there has its time of creation
    profile_first_name TEXT,
    profile_last_name TEXT,
    -- sealed with the key of the person
    profile_date_of_birth BLOB,
    profile_birth_country TEXT,
    profile_account_opening_reason TEXT,
    profile_employment_status TEXT,
    profile_residence_country TEXT,
    profile_citizen_country TEXT,
    profile_tax_residence_country TEXT,
    -- sealed
    profile_tax_identification_number BLOB,
    profile_gender TEXT,
    profile_staff_identifier TEXT,
    profile_reason TEXT,
    profile_created TEXT,
    profile_updated TEXT,
    address_id BIGINT,
    address_line_1 TEXT,
    address_line_2 TEXT,
    address_state_province TEXT,
    address_city TEXT,
    address_zip_postal_code TEXT,
    address_staff_identifier TEXT,
    address_created TEXT,
    address_updated TEXT,
    tax_residence TEXT,
    -- sealed
    tax_identification_number BLOB,
    tax_is_foreign_taxpayer BOOLEAN,
    tax_employment_status TEXT,
    tax_occupation TEXT,
    tax_industry TEXT,
    tax_created TEXT,
    tax_updated TEXT,
    assessment_estimated_net_worth TEXT,
    assessment_occupation TEXT,
    assessment_source_of_wealth TEXT,
    assessment_net_annual_income TEXT,
    assessment_source_of_funds TEXT,
    assessment_industry TEXT,
    assessment_employer_name TEXT,
    assessment_education_level TEXT,
    assessment_regular_expense TEXT,
    assessment_created TEXT,
    assessment_updated TEXT,
    terms_version INTEGER,
    terms_accepted TEXT,
    picture TEXT,
    system_statuses TEXT NOT NULL,
    -- items as an import brought them, each as JSON text
    statuses TEXT NOT NULL,
    accounts TEXT NOT NULL,
    wallets TEXT NOT NULL,
    total_balance TEXT,
    logins TEXT NOT NULL
);
-- which record a file in the media store belongs to
CREATE INDEX client_picture_idx ON client (picture) WHERE picture IS NOT NULL;

-- The last number of a client or an address; none is given twice. A row, because unlike a sequence it moves with the commit
-- that writes a number.
CREATE TABLE client_number (last BIGINT NOT NULL);
INSERT INTO client_number VALUES (0);

-- Names of master keys, never a key. What is wrapped under one refers to it, so none is forgotten while it is in use.
CREATE TABLE master_key (
    name TEXT PRIMARY KEY NOT NULL,
    created_at TEXT NOT NULL
);

-- Whoever removes a row here makes every sealed value of that person unreadable for ever.
CREATE TABLE person_key (
    -- the person
    root TEXT PRIMARY KEY NOT NULL,
    person_id TEXT NOT NULL,
    -- the master key that it is wrapped under
    master TEXT NOT NULL CONSTRAINT person_key_master_fkey REFERENCES master_key,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL
);
-- by which a client is read together with the key
CREATE INDEX person_key_person_id_idx ON person_key (person_id);
CREATE INDEX person_key_master_idx ON person_key (master);

-- Names and keyed fingerprints of the current keys, by kind.
CREATE TABLE known_key (
    kind TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
);

-- The service's own keys, wrapped under a master key.
CREATE TABLE service_key (
    name TEXT PRIMARY KEY NOT NULL,
    master TEXT NOT NULL CONSTRAINT service_key_master_fkey REFERENCES master_key,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL
);

-- Running servers and the names of the keys that they hold.
CREATE TABLE key_holder (
    server TEXT PRIMARY KEY NOT NULL,
    host TEXT NOT NULL,
    beat BIGINT NOT NULL,
    keys TEXT NOT NULL
);

-- Languages, tenants, brands, groups, members and what they are in a tenant.

CREATE TABLE language (
    root TEXT NOT NULL,
    language_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    icon TEXT,
    icon_square TEXT
);

CREATE TABLE tenant (
    root TEXT NOT NULL,
    tenant_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE brand (
    root TEXT NOT NULL,
    brand_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    tenant_id INTEGER NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE member_group (
    root TEXT NOT NULL,
    group_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    tenant_id INTEGER NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE member (
    root TEXT NOT NULL,
    member_id INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    email TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
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
    password_hash TEXT,
    -- what lists sort by, and what a search looks into, as the program folds them
    name_folded TEXT,
    search_folded TEXT
);

CREATE TABLE membership (
    root TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- the digest of the last change
    chain BLOB NOT NULL,
    membership_id INTEGER NOT NULL,
    role INTEGER NOT NULL,
    status INTEGER NOT NULL,
    last_seen TEXT,
    -- [{"id": …, "is_admin": …}]
    "groups" TEXT NOT NULL,
    -- [{"brand_id": …, "role": …}]
    brands TEXT NOT NULL,
    PRIMARY KEY (member_id, tenant_id)
);
-- the list of a tenant
CREATE INDEX membership_tenant_id_idx ON membership (tenant_id, member_id);

CREATE TABLE password_attempts (
    root TEXT NOT NULL,
    member_id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    -- microseconds
    times TEXT NOT NULL
);

-- Operator keys, and what was done with them that must be accounted for.

CREATE TABLE operator_key (
    root TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- keyed; the key itself is nowhere
    hash TEXT NOT NULL,
    -- ["10.0.0.0/8"]
    allow_cidrs TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT,
    revoked_at TEXT,
    revoked_by TEXT,
    revoke_reason TEXT,
    PRIMARY KEY (root, id)
);
-- No two are alike: a key is 256 random bits.
CREATE INDEX operator_key_hash_idx ON operator_key (hash);

-- Append-only.
CREATE TABLE access (
    -- the person; where there is none, the key of the record
    root TEXT NOT NULL,
    id TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    person_id TEXT,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT,
    key TEXT,
    -- ["profile.date_of_birth"]
    fields TEXT NOT NULL,
    reason TEXT NOT NULL
);
-- newest first: about one person, and by one actor
CREATE INDEX access_root_idx ON access (root, id);
CREATE INDEX access_actor_idx ON access (actor, id);

-- Which records of a person can be neither ended nor erased. The row stays when the hold goes: its version says whether
-- anybody has decided about the person since it was read, and who writes it holds off all others who are about to.
CREATE TABLE hold (
    -- the person
    root TEXT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    -- ["client"]; null, like all that follows, where nothing is held
    kinds TEXT,
    reason TEXT,
    until TEXT,
    held_at TEXT,
    held_by TEXT
);

-- Erasures of people, kept for ever; they name no value.
CREATE TABLE erasure (
    -- the person
    root TEXT NOT NULL,
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    at TEXT NOT NULL,
    erased_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- [["client", "5b2f…", 8]]: the records that it ended, with the version that did
    records TEXT NOT NULL,
    changes BIGINT NOT NULL,
    media BIGINT NOT NULL,
    -- [["client", "5b2f…"]]
    held TEXT NOT NULL,
    -- names in the media store that are still to be deleted
    rest TEXT NOT NULL,
    -- byte for byte; null until all is done
    receipt TEXT,
    PRIMARY KEY (root, id)
);
-- what an ended server has left
CREATE INDEX erasure_unfinished_idx ON erasure (id) WHERE receipt IS NULL;

-- By what people are searched: a projection of the log, which can be made anew from it.

CREATE TABLE search_record (
    id INTEGER PRIMARY KEY,
    -- of what an operator calls a person: the person
    root TEXT NOT NULL,
    -- empty for what an operator calls a person
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    -- that of the record of which the row tells; a record that has ended has no names and no terms
    version BIGINT NOT NULL,
    person_id TEXT NOT NULL,
    -- whether only who may read personal values finds by the names
    personal BOOLEAN NOT NULL,
    -- a line each: the field, and its value as the program folds it
    fields TEXT NOT NULL,
    names TEXT NOT NULL,
    UNIQUE (root, kind, key)
);
CREATE INDEX search_record_person_id_idx ON search_record (person_id);

-- Every two and three characters in a row within a word of a name, in hexadecimal digits.
CREATE VIRTUAL TABLE search_gram
    USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
-- A part of the index is written anew when half of it, and not a tenth, has been removed: names that change often cost less.
INSERT INTO search_gram (search_gram, rank) VALUES ('deletemerge', 50);

CREATE TABLE search_term (
    root TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    person_id TEXT NOT NULL,
    personal BOOLEAN NOT NULL,
    -- how it is compared
    form TEXT NOT NULL,
    -- empty for the key
    field TEXT NOT NULL,
    -- the value as the program folds it; the end of a phone
    term TEXT NOT NULL,
    -- all of a phone
    digits TEXT NOT NULL
);
CREATE INDEX search_term_key_idx ON search_term (root, kind, key);
CREATE INDEX search_term_term_idx ON search_term (term, form, person_id);

CREATE TABLE search_progress (
    id INTEGER PRIMARY KEY,
    -- the last change of the log that is in the projection
    position TEXT,
    -- the one process that follows
    follower TEXT,
    -- moves whenever the row does
    beat BIGINT NOT NULL
);
INSERT INTO search_progress (id, beat) VALUES (1, 0);

-- Subscriptions: where changes are sent to. They are no part of the log.

CREATE TABLE subscription (
    -- its id
    root TEXT PRIMARY KEY NOT NULL,
    name TEXT,
    url TEXT NOT NULL,
    -- [["X-Token", the sealed value as hexadecimal digits]]
    headers TEXT NOT NULL,
    -- ["account"]
    kinds TEXT NOT NULL,
    -- ["profile.city"]
    fields TEXT NOT NULL,
    not_actor TEXT,
    shown_values TEXT NOT NULL,
    -- sealed
    secret TEXT NOT NULL,
    -- sign beside it for a while: [[the sealed secret as hexadecimal digits, until when in microseconds since 1970]]
    old_secrets TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- Whoever takes up changes from the feed: subscriptions, and other sinks.
CREATE TABLE follower (
    -- the id of the subscription, or the name of the sink
    root TEXT PRIMARY KEY NOT NULL,
    -- counts what administrators do with the subscription
    revision BIGINT NOT NULL,
    status TEXT NOT NULL,
    -- the last change that was taken up
    position TEXT,
    failing_since TEXT,
    -- the one server that delivers
    server TEXT,
    -- moves whenever the server shows that it lives
    beat BIGINT NOT NULL
);

-- Changes that were taken up and are not delivered yet.
CREATE TABLE delivery_waiting (
    -- the follower
    root TEXT NOT NULL,
    change_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    person_id TEXT,
    attempts INTEGER NOT NULL,
    first_attempt_at TEXT,
    next_attempt_at TEXT,
    PRIMARY KEY (root, change_id)
);

CREATE TABLE delivery_attempt (
    -- the follower
    root TEXT NOT NULL,
    id TEXT NOT NULL,
    change_id TEXT NOT NULL,
    person_id TEXT,
    attempt INTEGER NOT NULL,
    at TEXT NOT NULL,
    ms INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    next_attempt_at TEXT,
    PRIMARY KEY (root, id)
);
-- the oldest are removed
CREATE INDEX delivery_attempt_at_idx ON delivery_attempt (at);
-- those of an erased person are removed
CREATE INDEX delivery_attempt_person_idx ON delivery_attempt (person_id) WHERE person_id IS NOT NULL;

-- What the log was after so many changes, signed. Append-only.
CREATE TABLE checkpoint (
    -- the id of the change of this number
    position TEXT PRIMARY KEY NOT NULL,
    -- the checkpoint before; nil before the first. Two servers cannot both add the next one.
    predecessor TEXT NOT NULL UNIQUE,
    count BIGINT NOT NULL,
    digest BLOB NOT NULL,
    at TEXT NOT NULL,
    jws TEXT NOT NULL
);

-- How the last run of `profile verify` on this database ended: one row.
CREATE TABLE verification (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    -- up to where the log was closed when the run began; null where it was empty
    position TEXT,
    records BIGINT NOT NULL,
    files BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    findings BIGINT NOT NULL
);

-- One row that is written to find out whether the database takes writes.
CREATE TABLE write_probe (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL
);

-- There while another store is being copied into this one.
CREATE TABLE store_copy (
    id INTEGER PRIMARY KEY,
    -- the log that is copied, by its first change, and its last one
    origin TEXT NOT NULL,
    head TEXT NOT NULL,
    -- how far the copy has come
    step TEXT NOT NULL
);
