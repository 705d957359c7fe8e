ALTER TABLE api_key ADD COLUMN revoked_at timestamptz;
