-- Names of master keys, never a key. What is wrapped under one refers to it, so none is forgotten while it is in use.
CREATE TABLE master_key (
    name TEXT PRIMARY KEY NOT NULL,
    created_at TEXT NOT NULL
);
INSERT INTO master_key (name, created_at) SELECT DISTINCT master, CURRENT_TIMESTAMP FROM person_key;

-- SQLite cannot add a reference to a table.
ALTER TABLE person_key RENAME TO person_key_before;
DROP INDEX person_key_master_idx;
-- Whoever removes a row here makes every sealed value of that person unreadable for ever.
CREATE TABLE person_key (
    person_id TEXT PRIMARY KEY,
    -- the name of the master key that it is wrapped with
    master TEXT NOT NULL CONSTRAINT person_key_master_fkey REFERENCES master_key,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL
);
INSERT INTO person_key SELECT person_id, master, wrapped, created_at FROM person_key_before;
DROP TABLE person_key_before;
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
