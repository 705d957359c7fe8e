-- Search and order of the list of users. The extension comes with PostgreSQL; the owner of a database may create it.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- anywhere in username or name
CREATE INDEX user_profile_username_trgm_idx ON user_profile USING gin (username_key gin_trgm_ops);
CREATE INDEX user_profile_name_trgm_idx ON user_profile USING gin (lower(coalesce(name, '')) gin_trgm_ops);
-- A hundred samples are too few to guess what a short pattern finds: the planner then looks thousands of matches up
-- where walking the newest users would do.
ALTER TABLE user_profile ALTER COLUMN username_key SET STATISTICS 1000;
ALTER INDEX user_profile_name_trgm_idx ALTER COLUMN 1 SET STATISTICS 1000;
-- at the beginning of a username
CREATE INDEX user_profile_username_prefix_idx ON user_profile (username_key COLLATE "C");
-- newest first
CREATE INDEX user_profile_registered_at_idx ON user_profile (registered_at DESC, user_id);
