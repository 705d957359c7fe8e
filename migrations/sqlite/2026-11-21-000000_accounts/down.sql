DROP TABLE changes;
DROP TABLE media_file;
DROP TABLE account;
DROP TABLE customer;
DROP TABLE person;
