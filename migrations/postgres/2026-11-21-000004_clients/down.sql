DROP TABLE person_key;
DROP SEQUENCE client_number_seq;
DROP TABLE client;
