-- The tables of the profile service. Every row of a person carries person_id.
--
-- root, in every table that holds anything of people: the aggregate that the row belongs to, whose rows and changes are written
-- together. On a cluster rows are spread by it; the place of every table there is in crates/profile-postgres/src/tables.rs.
--
-- Text that is compared, for order or by a search, has been folded by the program: the language of the database has no say
-- in it.

-- Comes with PostgreSQL; the owner of a database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Customers, trading accounts, media files, and the log of every change.

CREATE TABLE customer (
    root text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
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
    manager_id bigint,
    PRIMARY KEY (root, customer_id)
);

CREATE TABLE account (
    root text COLLATE "C" NOT NULL,
    login integer NOT NULL CHECK (login >= 0),
    person_id uuid NOT NULL,
    customer_id bigint,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
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
    equity double precision NOT NULL,
    PRIMARY KEY (root, login)
);
CREATE INDEX account_customer_id_idx ON account (customer_id, login);
-- which pictures are shown
CREATE INDEX account_avatar_idx ON account (avatar) WHERE avatar <> '';

CREATE TABLE media_file (
    root text COLLATE "C" NOT NULL,
    uuid uuid NOT NULL,
    person_id uuid,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    extension text NOT NULL,
    scope integer NOT NULL,
    purpose text NOT NULL,
    original_name text NOT NULL,
    file_size bigint NOT NULL,
    PRIMARY KEY (root, uuid)
);
-- what a person has stored
CREATE INDEX media_file_person_id_idx ON media_file (person_id) WHERE person_id IS NOT NULL;

-- Append-only. The key counts its versions without gaps, so two writers can never both make the same one.
CREATE TABLE changes (
    root text COLLATE "C" NOT NULL,
    -- its position in the log
    id uuid NOT NULL,
    person_id uuid,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    door text NOT NULL,
    request_id text NOT NULL,
    reason text,
    -- what is left of an erased reason
    reason_redacted bytea,
    -- [{"field": …, "old": …, "new": …}]
    fields json NOT NULL,
    ended boolean NOT NULL,
    -- null once the values are removed
    salt bytea,
    digest bytea NOT NULL,
    -- whether they were removed because they had become too old, and not by the erasure of a person
    expired boolean NOT NULL DEFAULT false,
    -- in the order in which a kind is read from one record to the next
    PRIMARY KEY (kind, key, version, root)
);
-- the feed
CREATE INDEX changes_id_idx ON changes (id);

-- Each server that writes. The feed is closed up to the smallest closed_until. The row of a server whose lease has ended is
-- fenced with the number of a transaction, and removed when all older transactions have ended.
CREATE TABLE feed_server (
    server uuid PRIMARY KEY,
    closed_until timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    fenced bigint
);

-- Which records are or were a person's, written when a record begins or changes its person: an index of the log by person
-- that no other update pays for.
CREATE TABLE person_record (
    -- the person
    root text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    PRIMARY KEY (root, kind, key)
);

-- Values that only one living record may have, and aliases of people: the one place for uniqueness across roots.
CREATE TABLE claim (
    -- the value: it is what is looked for, and nobody else may have it, whatever record that is
    root text COLLATE "C" NOT NULL,
    -- user.username
    kind text COLLATE "C" NOT NULL,
    -- the root and the key of the record that has it; for an alias, both are the person's id
    record_root text COLLATE "C" NOT NULL,
    key text NOT NULL,
    PRIMARY KEY (kind, root)
);
-- what an operator calls a person
CREATE INDEX claim_alias_idx ON claim (record_root) WHERE kind = 'alias';

-- Public users, what businesses say over them, businesses, apps and API keys.

CREATE TABLE user_profile (
    root text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    username text NOT NULL,
    -- the username in small letters, for searches
    username_key text COLLATE "C" NOT NULL,
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
    holdings json NOT NULL,
    -- an upload, and the name of what is shown of it in the media store
    picture_file text,
    picture_rendition text,
    banner_file text,
    banner_rendition text,
    -- the name as the program folds it, for searches and order
    name_folded text COLLATE "C",
    PRIMARY KEY (root, user_id)
);
-- exact names, and names that begin so
CREATE INDEX user_profile_username_key_idx ON user_profile (username_key);
CREATE INDEX user_profile_picture_file_idx ON user_profile (picture_file) WHERE picture_file IS NOT NULL;
CREATE INDEX user_profile_banner_file_idx ON user_profile (banner_file) WHERE banner_file IS NOT NULL;
-- newest first
CREATE INDEX user_profile_registered_at_idx ON user_profile (registered_at DESC, user_id);
-- anywhere in username or name
CREATE INDEX user_profile_username_trgm_idx ON user_profile USING gin (username_key gin_trgm_ops);
CREATE INDEX user_profile_name_folded_idx ON user_profile USING gin (name_folded gin_trgm_ops);
-- A hundred samples are too few to guess what a short pattern finds: the planner then looks thousands of matches up
-- where walking the newest users would do.
ALTER TABLE user_profile ALTER COLUMN username_key SET STATISTICS 1000;
ALTER TABLE user_profile ALTER COLUMN name_folded SET STATISTICS 1000;

CREATE TABLE user_override (
    root text COLLATE "C" NOT NULL,
    user_id text NOT NULL,
    account_id text NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    name text,
    picture_file text,
    picture_rendition text,
    PRIMARY KEY (root, user_id, account_id)
);
CREATE INDEX user_override_picture_file_idx ON user_override (picture_file) WHERE picture_file IS NOT NULL;

CREATE TABLE business (
    root text COLLATE "C" NOT NULL,
    business_id text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    title text NOT NULL,
    parent_id text,
    PRIMARY KEY (root, business_id)
);

CREATE TABLE app (
    root text COLLATE "C" NOT NULL,
    app_id text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    -- [{"account_id": …, "permissions": […]}]
    installs json NOT NULL,
    PRIMARY KEY (root, app_id)
);

CREATE TABLE api_key (
    root text COLLATE "C" NOT NULL,
    key_id text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    owner text NOT NULL,
    -- keyed; the key itself is nowhere
    hash text NOT NULL,
    permissions json NOT NULL,
    expires_at timestamptz,
    allow_cidrs json NOT NULL,
    api_version_date text,
    revoked_at timestamptz,
    PRIMARY KEY (root, key_id)
);

-- Uploaded files, and kept replies.

CREATE TABLE upload (
    root text COLLATE "C" NOT NULL,
    upload_id text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    -- user_…, biz_… or app_…
    owner text NOT NULL,
    -- of the user whose it is
    person_id uuid,
    token text NOT NULL,
    filename text NOT NULL,
    content_type text NOT NULL,
    visibility text NOT NULL,
    announced_at timestamptz NOT NULL,
    status text NOT NULL,
    file_size bigint,
    -- names in the media store
    content text,
    rendition text,
    attached_at timestamptz,
    -- the server that looks at its bytes; no part of its record, nor is the next one
    worker uuid,
    -- how often a server began to
    tries integer NOT NULL DEFAULT 0,
    PRIMARY KEY (root, upload_id)
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
    root text COLLATE "C" NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    replied_at timestamptz NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    -- client/5b2f…: with whose erasure it goes
    about text,
    PRIMARY KEY (root, key)
);
CREATE INDEX idempotency_key_replied_at_idx ON idempotency_key (replied_at);
CREATE INDEX idempotency_key_about_idx ON idempotency_key (about) WHERE about IS NOT NULL;

-- Clients of a regulated broker.

CREATE TABLE client (
    root text COLLATE "C" NOT NULL,
    sub uuid NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    client_id bigint NOT NULL,
    -- a record that is there has its time of creation
    profile_first_name text,
    profile_last_name text,
    -- sealed with the key of the person
    profile_date_of_birth bytea,
    profile_birth_country text,
    profile_account_opening_reason text,
    profile_employment_status text,
    profile_residence_country text,
    profile_citizen_country text,
    profile_tax_residence_country text,
    -- sealed
    profile_tax_identification_number bytea,
    profile_gender text,
    profile_staff_identifier text,
    profile_reason text,
    profile_created timestamptz,
    profile_updated timestamptz,
    address_id bigint,
    address_line_1 text,
    address_line_2 text,
    address_state_province text,
    address_city text,
    address_zip_postal_code text,
    address_staff_identifier text,
    address_created timestamptz,
    address_updated timestamptz,
    tax_residence text,
    -- sealed
    tax_identification_number bytea,
    tax_is_foreign_taxpayer boolean,
    tax_employment_status text,
    tax_occupation text,
    tax_industry text,
    tax_created timestamptz,
    tax_updated timestamptz,
    assessment_estimated_net_worth text,
    assessment_occupation text,
    assessment_source_of_wealth text,
    assessment_net_annual_income text,
    assessment_source_of_funds text,
    assessment_industry text,
    assessment_employer_name text,
    assessment_education_level text,
    assessment_regular_expense text,
    assessment_created timestamptz,
    assessment_updated timestamptz,
    terms_version integer,
    terms_accepted timestamptz,
    picture text,
    system_statuses json NOT NULL,
    -- items as an import brought them, each as JSON text
    statuses json NOT NULL,
    accounts json NOT NULL,
    wallets json NOT NULL,
    total_balance text,
    logins json NOT NULL,
    PRIMARY KEY (root, sub)
);
-- which record a file in the media store belongs to
CREATE INDEX client_picture_idx ON client (picture) WHERE picture IS NOT NULL;

-- The last number of a client or an address; none is given twice. A row, because unlike a sequence it moves with the commit
-- that writes a number.
CREATE TABLE client_number (last bigint NOT NULL);
INSERT INTO client_number VALUES (0);

-- Names of master keys, never a key. What is wrapped under one refers to it, so none is forgotten while it is in use.
CREATE TABLE master_key (
    name text PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- Whoever removes a row here makes every sealed value of that person unreadable for ever.
CREATE TABLE person_key (
    -- the person
    root text COLLATE "C" PRIMARY KEY,
    person_id uuid NOT NULL,
    -- the master key that it is wrapped under
    master text NOT NULL CONSTRAINT person_key_master_fkey REFERENCES master_key,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL
);
-- by which a client is read together with the key
CREATE INDEX person_key_person_id_idx ON person_key (person_id);
CREATE INDEX person_key_master_idx ON person_key (master);

-- Names and keyed fingerprints of the current keys, by kind.
CREATE TABLE known_key (
    kind text PRIMARY KEY,
    name text NOT NULL
);

-- The service's own keys, wrapped under a master key.
CREATE TABLE service_key (
    name text PRIMARY KEY,
    master text NOT NULL CONSTRAINT service_key_master_fkey REFERENCES master_key,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- Running servers and the names of the keys that they hold.
CREATE TABLE key_holder (
    server uuid PRIMARY KEY,
    host text NOT NULL,
    beat bigint NOT NULL,
    keys json NOT NULL
);

-- Languages, tenants, brands, groups, members and what they are in a tenant.

CREATE TABLE language (
    root text COLLATE "C" NOT NULL,
    language_id integer NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    icon text,
    icon_square text,
    PRIMARY KEY (root, language_id)
);

CREATE TABLE tenant (
    root text COLLATE "C" NOT NULL,
    tenant_id integer NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (root, tenant_id)
);

CREATE TABLE brand (
    root text COLLATE "C" NOT NULL,
    brand_id integer NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    tenant_id integer NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (root, brand_id)
);

CREATE TABLE member_group (
    root text COLLATE "C" NOT NULL,
    group_id integer NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    tenant_id integer NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (root, group_id)
);

CREATE TABLE member (
    root text COLLATE "C" NOT NULL,
    member_id integer NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    email text NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
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
    password_hash text,
    -- what lists sort by, and what a search looks into, as the program folds them
    name_folded text COLLATE "C",
    search_folded text COLLATE "C",
    PRIMARY KEY (root, member_id)
);
CREATE INDEX member_search_folded_idx ON member USING gin (search_folded gin_trgm_ops);

CREATE TABLE membership (
    root text COLLATE "C" NOT NULL,
    member_id integer NOT NULL,
    tenant_id integer NOT NULL,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- the digest of the last change
    chain bytea NOT NULL,
    membership_id integer NOT NULL,
    role integer NOT NULL,
    status integer NOT NULL,
    last_seen timestamptz,
    -- [{"id": …, "is_admin": …}]
    "groups" json NOT NULL,
    -- [{"brand_id": …, "role": …}]
    brands json NOT NULL,
    PRIMARY KEY (root, member_id, tenant_id)
);
-- the list of a tenant
CREATE INDEX membership_tenant_id_idx ON membership (tenant_id, member_id);

CREATE TABLE password_attempts (
    root text COLLATE "C" NOT NULL,
    member_id integer NOT NULL,
    version bigint NOT NULL,
    -- microseconds
    times json NOT NULL,
    PRIMARY KEY (root, member_id)
);

-- Operator keys, and what was done with them that must be accounted for.

CREATE TABLE operator_key (
    root text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    -- keyed; the key itself is nowhere
    hash text COLLATE "C" NOT NULL,
    -- ["10.0.0.0/8"]
    allow_cidrs json NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    revoke_reason text,
    PRIMARY KEY (root, id)
);
-- No two are alike: a key is 256 random bits, and uniqueness would have to contain root.
CREATE INDEX operator_key_hash_idx ON operator_key (hash);

-- Append-only.
CREATE TABLE access (
    -- the person; where there is none, the key of the record
    root text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    person_id uuid,
    actor text COLLATE "C" NOT NULL,
    request_id text NOT NULL,
    action text NOT NULL,
    kind text,
    key text,
    -- ["profile.date_of_birth"]
    fields json NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (root, id)
);
-- newest first: of everybody, and by one actor
CREATE INDEX access_id_idx ON access (id);
CREATE INDEX access_actor_idx ON access (actor, id);

-- Which records of a person can be neither ended nor erased. The row stays when the hold goes: its version says whether
-- anybody has decided about the person since it was read, and who writes it holds off all others who are about to.
CREATE TABLE hold (
    -- the person
    root text COLLATE "C" PRIMARY KEY NOT NULL,
    version bigint NOT NULL,
    -- ["client"]; null, like all that follows, where nothing is held
    kinds json,
    reason text,
    until timestamptz,
    held_at timestamptz,
    held_by text
);

-- Erasures of people, kept for ever; they name no value.
CREATE TABLE erasure (
    -- the person
    root text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    at timestamptz NOT NULL,
    erased_by text NOT NULL,
    reason text NOT NULL,
    -- [["client", "5b2f…", 8]]: the records that it ended, with the version that did
    records json NOT NULL,
    changes bigint NOT NULL,
    media bigint NOT NULL,
    -- [["client", "5b2f…"]]
    held json NOT NULL,
    -- names in the media store that are still to be deleted
    rest json NOT NULL,
    -- byte for byte; null until all is done
    receipt text,
    PRIMARY KEY (root, id)
);
-- what an ended server has left
CREATE INDEX erasure_unfinished_idx ON erasure (id) WHERE receipt IS NULL;

-- By what people are searched: a projection of the log, which can be made anew from it.

CREATE TABLE search_record (
    -- of what an operator calls a person: the person
    root text COLLATE "C" NOT NULL,
    -- empty for what an operator calls a person
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    -- that of the record of which the row tells; a record that has ended has no names and no terms
    version bigint NOT NULL,
    person_id uuid NOT NULL,
    -- whether only who may read personal values finds by the names
    personal boolean NOT NULL,
    -- a line each: the field, and its value as the program folds it
    fields text NOT NULL,
    names text COLLATE "C" NOT NULL,
    -- every two and three characters in a row within a word of a name
    grams text[] COLLATE "C" NOT NULL,
    PRIMARY KEY (root, kind, key)
);
CREATE INDEX search_record_person_id_idx ON search_record (person_id);
-- What has been added and waits is looked through by every search, so little may wait.
CREATE INDEX search_record_grams_idx ON search_record USING gin (grams) WITH (gin_pending_list_limit = 512);

CREATE TABLE search_term (
    root text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    person_id uuid NOT NULL,
    personal boolean NOT NULL,
    -- how it is compared
    form text COLLATE "C" NOT NULL,
    -- empty for the key
    field text NOT NULL,
    -- the value as the program folds it; the end of a phone
    term text COLLATE "C" NOT NULL,
    -- all of a phone
    digits text COLLATE "C" NOT NULL
);
CREATE INDEX search_term_key_idx ON search_term (root, kind, key);
CREATE INDEX search_term_term_idx ON search_term (term, form, person_id);

CREATE TABLE search_progress (
    id integer PRIMARY KEY,
    -- the last change of the log that is in the projection
    position uuid,
    -- the one process that follows
    follower uuid,
    -- moves whenever the row does
    beat bigint NOT NULL
);
INSERT INTO search_progress (id, beat) VALUES (1, 0);

-- Subscriptions: where changes are sent to. They are no part of the log.

CREATE TABLE subscription (
    -- its id
    root text COLLATE "C" PRIMARY KEY,
    name text,
    url text NOT NULL,
    -- [["X-Token", the sealed value as hexadecimal digits]]
    headers json NOT NULL,
    -- ["account"]
    kinds json NOT NULL,
    -- ["profile.city"]
    fields json NOT NULL,
    not_actor text,
    shown_values text NOT NULL,
    -- sealed
    secret text NOT NULL,
    -- sign beside it for a while: [[the sealed secret as hexadecimal digits, until when in microseconds since 1970]]
    old_secrets json NOT NULL,
    created_at timestamptz NOT NULL
);

-- Whoever takes up changes from the feed: subscriptions, and other sinks.
CREATE TABLE follower (
    -- the id of the subscription, or the name of the sink
    root text COLLATE "C" PRIMARY KEY,
    -- counts what administrators do with the subscription
    revision bigint NOT NULL,
    status text NOT NULL,
    -- the last change that was taken up
    position uuid,
    failing_since timestamptz,
    -- the one server that delivers
    server uuid,
    -- moves whenever the server shows that it lives
    beat bigint NOT NULL
);

-- Changes that were taken up and are not delivered yet.
CREATE TABLE delivery_waiting (
    -- the follower
    root text COLLATE "C" NOT NULL,
    change_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    person_id uuid,
    attempts integer NOT NULL,
    first_attempt_at timestamptz,
    next_attempt_at timestamptz,
    PRIMARY KEY (root, change_id)
);

CREATE TABLE delivery_attempt (
    -- the follower
    root text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    change_id uuid NOT NULL,
    person_id uuid,
    attempt integer NOT NULL,
    at timestamptz NOT NULL,
    ms integer NOT NULL,
    status integer,
    error text,
    next_attempt_at timestamptz,
    PRIMARY KEY (root, id)
);
-- the oldest are removed
CREATE INDEX delivery_attempt_at_idx ON delivery_attempt (at);
-- those of an erased person are removed
CREATE INDEX delivery_attempt_person_idx ON delivery_attempt (person_id) WHERE person_id IS NOT NULL;

-- What the log was after so many changes, signed. Append-only.
CREATE TABLE checkpoint (
    -- the id of the change of this number
    position uuid PRIMARY KEY,
    -- the checkpoint before; nil before the first. Two servers cannot both add the next one.
    predecessor uuid NOT NULL UNIQUE,
    count bigint NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    jws text NOT NULL
);

-- How the last run of `profile verify` on this database ended: one row.
CREATE TABLE verification (
    id integer PRIMARY KEY,
    at timestamptz NOT NULL,
    -- up to where the log was closed when the run began; null where it was empty
    position uuid,
    records bigint NOT NULL,
    files bigint NOT NULL,
    changes bigint NOT NULL,
    findings bigint NOT NULL
);

-- One row that is written to find out whether the database takes writes.
CREATE TABLE write_probe (
    id integer PRIMARY KEY,
    at timestamptz NOT NULL
);

-- The calls of the last minute, counted by all servers together; nothing of it must survive.
CREATE UNLOGGED TABLE call_count (
    -- keyed, of the operation and the caller
    hash text COLLATE "C" PRIMARY KEY,
    -- of the last call, since 1970
    second bigint NOT NULL,
    -- in that second, and in each before it
    calls integer[] NOT NULL,
    -- of the calls that were asked for last
    granted integer NOT NULL,
    number bigint NOT NULL
);

-- There while another store is being copied into this one.
CREATE TABLE store_copy (
    id integer PRIMARY KEY,
    -- the log that is copied, by its first change, and its last one
    origin text NOT NULL,
    head text NOT NULL,
    -- how far the copy has come
    step text NOT NULL
);
