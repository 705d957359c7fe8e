DROP INDEX member_unfolded_idx;
ALTER TABLE member DROP COLUMN name_folded;
ALTER TABLE member DROP COLUMN search_folded;
ALTER TABLE member ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE member SET name_key = lower(trim(given_name || ' ' || family_name)),
    search_text = lower(trim(given_name || ' ' || family_name) || char(10) || email);
DROP INDEX user_profile_list_idx;
CREATE INDEX user_profile_registered_at_idx ON user_profile (registered_at DESC, user_id);
DROP INDEX user_profile_unfolded_idx;
ALTER TABLE user_profile DROP COLUMN name_folded;
