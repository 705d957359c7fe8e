DROP INDEX user_profile_registered_at_idx;
DROP INDEX user_profile_username_prefix_idx;
DROP INDEX user_profile_name_trgm_idx;
DROP INDEX user_profile_username_trgm_idx;
ALTER TABLE user_profile ALTER COLUMN username_key SET STATISTICS -1;
