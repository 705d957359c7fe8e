-- Search and order rest on texts that the program has folded.

-- the name; NULL until the program has folded it
ALTER TABLE user_profile ADD COLUMN name_folded TEXT;
CREATE INDEX user_profile_unfolded_idx ON user_profile (user_id) WHERE name_folded IS NULL;
-- newest first, with all that a search looks at, so that it reads no row but those that it finds
DROP INDEX user_profile_registered_at_idx;
CREATE INDEX user_profile_list_idx ON user_profile (registered_at DESC, user_id, username_key, name_folded);

ALTER TABLE member DROP COLUMN name_key;
ALTER TABLE member DROP COLUMN search_text;
-- what lists sort by, and what a search looks into; NULL until the program has folded them
ALTER TABLE member ADD COLUMN name_folded TEXT;
ALTER TABLE member ADD COLUMN search_folded TEXT;
CREATE INDEX member_unfolded_idx ON member (member_id) WHERE name_folded IS NULL;
