DROP TABLE person_key;
DROP TABLE client_number;
DROP TABLE client;
