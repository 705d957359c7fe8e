-- Search and order rest on texts that the program has folded, compared byte by byte: the language of the database has
-- no say in them.

DROP INDEX user_profile_name_trgm_idx;
DROP INDEX user_profile_username_prefix_idx;
ALTER TABLE user_profile
    ALTER COLUMN user_id TYPE text COLLATE "C",
    ALTER COLUMN username_key TYPE text COLLATE "C",
    -- the name; NULL until the program has folded it
    ADD COLUMN name_folded text COLLATE "C";
CREATE INDEX user_profile_name_folded_idx ON user_profile USING gin (name_folded gin_trgm_ops);
ALTER TABLE user_profile ALTER COLUMN name_folded SET STATISTICS 1000;
CREATE INDEX user_profile_unfolded_idx ON user_profile (user_id) WHERE name_folded IS NULL;

ALTER TABLE member
    DROP COLUMN name_key,
    DROP COLUMN search_text,
    -- what lists sort by, and what a search looks into; NULL until the program has folded them
    ADD COLUMN name_folded text COLLATE "C",
    ADD COLUMN search_folded text COLLATE "C";
CREATE INDEX member_search_folded_idx ON member USING gin (search_folded gin_trgm_ops);
CREATE INDEX member_unfolded_idx ON member (member_id) WHERE name_folded IS NULL;
