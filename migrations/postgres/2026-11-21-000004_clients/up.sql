-- Clients of a regulated broker, and the keys with which their sensitive values are sealed.

CREATE TABLE client (
    sub uuid PRIMARY KEY,
    person_id uuid NOT NULL CONSTRAINT client_person_id_fkey REFERENCES person,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    client_id bigint NOT NULL CONSTRAINT client_client_id_key UNIQUE,
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
    logins json NOT NULL
);

-- Numbers of clients and addresses; none is given twice.
CREATE SEQUENCE client_number_seq;

-- Whoever removes a row here makes every sealed value of that person unreadable for ever.
CREATE TABLE person_key (
    person_id uuid PRIMARY KEY,
    -- the name of the master key that it is wrapped with
    master text NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX person_key_master_idx ON person_key (master);
