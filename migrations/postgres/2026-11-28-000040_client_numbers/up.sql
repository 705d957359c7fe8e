-- The last number of a client or an address, as a row: unlike a sequence, it moves with the commit that writes a number.
CREATE TABLE client_number (last bigint NOT NULL);
INSERT INTO client_number SELECT greatest(
    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM client_number_seq),
    (SELECT max(client_id) FROM client),
    (SELECT max(address_id) FROM client)
);
DROP SEQUENCE client_number_seq;
