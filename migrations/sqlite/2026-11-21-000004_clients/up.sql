-- Clients of a regulated broker, and the keys with which their sensitive values are sealed.

CREATE TABLE client (
    sub TEXT PRIMARY KEY,
    person_id TEXT NOT NULL CONSTRAINT client_person_id_fkey REFERENCES person,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    client_id BIGINT NOT NULL CONSTRAINT client_client_id_key UNIQUE,
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

-- Numbers of clients and addresses; none is given twice.
CREATE TABLE client_number (last BIGINT NOT NULL);
INSERT INTO client_number VALUES (0);

-- Whoever removes a row here makes every sealed value of that person unreadable for ever.
CREATE TABLE person_key (
    person_id TEXT PRIMARY KEY,
    -- the name of the master key that it is wrapped with
    master TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX person_key_master_idx ON person_key (master);
