-- The order of the list of users: newest first.

CREATE INDEX user_profile_registered_at_idx ON user_profile (registered_at DESC, user_id);
