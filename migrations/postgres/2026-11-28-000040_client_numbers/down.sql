CREATE SEQUENCE client_number_seq;
SELECT setval('client_number_seq', last + 1, false) FROM client_number;
DROP TABLE client_number;
