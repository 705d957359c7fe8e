-- One row that is written to find out whether the database takes writes.
CREATE TABLE write_probe (
    id INTEGER PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL
);
