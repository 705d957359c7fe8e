DROP TABLE key_holder;
DROP TABLE service_key;
DROP TABLE known_key;
ALTER TABLE person_key RENAME TO person_key_after;
DROP INDEX person_key_master_idx;
CREATE TABLE person_key (
    person_id TEXT PRIMARY KEY,
    master TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL
);
INSERT INTO person_key SELECT person_id, master, wrapped, created_at FROM person_key_after;
DROP TABLE person_key_after;
CREATE INDEX person_key_master_idx ON person_key (master);
DROP TABLE master_key;
