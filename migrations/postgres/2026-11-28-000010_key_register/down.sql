DROP TABLE key_holder;
DROP TABLE service_key;
DROP TABLE known_key;
ALTER TABLE person_key DROP CONSTRAINT person_key_master_fkey;
DROP TABLE master_key;
