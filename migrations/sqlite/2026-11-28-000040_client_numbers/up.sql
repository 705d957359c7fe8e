-- Numbers that are given later lie beyond those that an import has written.
UPDATE client_number SET last = max(
    last,
    (SELECT coalesce(max(client_id), 0) FROM client),
    (SELECT coalesce(max(address_id), 0) FROM client)
);
