DROP INDEX member_unfolded_idx;
DROP INDEX member_search_folded_idx;
ALTER TABLE member
    DROP COLUMN name_folded,
    DROP COLUMN search_folded,
    ADD COLUMN name_key text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN search_text text NOT NULL DEFAULT '';
UPDATE member SET name_key = lower(trim(given_name || ' ' || family_name)),
    search_text = lower(trim(given_name || ' ' || family_name) || E'\n' || email);
DROP INDEX user_profile_unfolded_idx;
DROP INDEX user_profile_name_folded_idx;
ALTER TABLE user_profile
    ALTER COLUMN user_id TYPE text COLLATE "default",
    ALTER COLUMN username_key TYPE text COLLATE "default",
    DROP COLUMN name_folded;
CREATE INDEX user_profile_name_trgm_idx ON user_profile USING gin (lower(coalesce(name, '')) gin_trgm_ops);
CREATE INDEX user_profile_username_prefix_idx ON user_profile (username_key COLLATE "C");
