ALTER TABLE api_key DROP COLUMN revoked_at;
