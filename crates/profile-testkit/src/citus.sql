-- What the service uses of Citus 13. The rules that are refused here are those that a real cluster was seen to refuse.
CREATE SCHEMA citus;

DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = public, citus', current_database());
END $$;

CREATE TABLE citus.call (id serial PRIMARY KEY, text text NOT NULL);

CREATE TABLE citus.pg_dist_node (nodename text NOT NULL, nodeport integer NOT NULL, isactive boolean NOT NULL);

CREATE TABLE citus.pg_dist_partition (
    logicalrelid regclass PRIMARY KEY,
    partmethod "char" NOT NULL,
    partkey text,
    colocationid integer NOT NULL,
    repmodel "char" NOT NULL
);

CREATE FUNCTION citus.citus_get_active_worker_nodes(OUT node_name text, OUT node_port bigint) RETURNS SETOF record
LANGUAGE sql AS $$ SELECT nodename, nodeport FROM citus.pg_dist_node WHERE isactive $$;

-- What a table refers to must be on every machine, or on the same one.
CREATE FUNCTION citus.check_references(checked regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = checked AND confrelid <> checked
        AND NOT EXISTS (
            SELECT FROM citus.pg_dist_partition WHERE logicalrelid = confrelid AND repmodel = 't'
        )
    ) THEN
        RAISE EXCEPTION 'cannot create foreign key constraint of %', checked;
    END IF;
END $$;

CREATE FUNCTION citus.create_reference_table(table_name regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO citus.call (text) VALUES (format('create_reference_table %s', table_name));
    PERFORM citus.check_references(table_name);
    INSERT INTO citus.pg_dist_partition VALUES (table_name, 'n', NULL, 0, 't');
END $$;

CREATE FUNCTION citus.create_distributed_table(
    table_name regclass,
    distribution_column text,
    distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default',
    shard_count integer DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    spread_by pg_attribute;
    other citus.pg_dist_partition;
    colocation integer;
BEGIN
    INSERT INTO citus.call (text)
    VALUES (format('create_distributed_table %s by %s beside %s', table_name, distribution_column, colocate_with));
    SELECT * INTO STRICT spread_by FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column;
    IF EXISTS (
        SELECT FROM pg_index WHERE indrelid = table_name AND indisunique
        AND NOT spread_by.attnum = ANY (string_to_array(indkey::text, ' ')::integer[])
    ) THEN
        RAISE EXCEPTION 'cannot create constraint on %: it does not include the partition column', table_name;
    END IF;
    PERFORM citus.check_references(table_name);
    SELECT coalesce(max(colocationid), 0) + 1 INTO colocation FROM citus.pg_dist_partition;
    IF colocate_with <> 'none' THEN
        SELECT * INTO STRICT other FROM citus.pg_dist_partition
        WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h';
        IF NOT EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = other.logicalrelid AND attname = other.partkey
            AND atttypid = spread_by.atttypid AND attcollation = spread_by.attcollation
        ) THEN
            RAISE EXCEPTION 'cannot colocate tables % and %', colocate_with, table_name;
        END IF;
        colocation := other.colocationid;
    END IF;
    INSERT INTO citus.pg_dist_partition VALUES (table_name, 'h', distribution_column, colocation, 's');
END $$;

CREATE FUNCTION citus.truncate_local_data_after_distributing_table(function_name regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO citus.call (text) VALUES (format('truncate_local_data %s', function_name));
    IF NOT EXISTS (SELECT FROM citus.pg_dist_partition WHERE logicalrelid = function_name) THEN
        RAISE EXCEPTION 'supplied parameter is not a distributed relation';
    END IF;
END $$;
