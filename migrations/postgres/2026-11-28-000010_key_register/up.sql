-- Names of master keys, never a key. What is wrapped under one refers to it, so none is forgotten while it is in use.
CREATE TABLE master_key (
    name text PRIMARY KEY,
    created_at timestamptz NOT NULL
);
INSERT INTO master_key (name, created_at) SELECT DISTINCT master, now() FROM person_key;
ALTER TABLE person_key ADD CONSTRAINT person_key_master_fkey FOREIGN KEY (master) REFERENCES master_key;

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
