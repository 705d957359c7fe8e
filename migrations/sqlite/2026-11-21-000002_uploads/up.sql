-- Uploaded files, the pictures that profiles show of them, and kept replies.

CREATE TABLE upload (
    upload_id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- user_…, biz_… or app_…
    owner TEXT NOT NULL,
    token TEXT NOT NULL CONSTRAINT upload_token_key UNIQUE,
    filename TEXT NOT NULL,
    content_type TEXT NOT NULL,
    visibility TEXT NOT NULL,
    announced_at TEXT NOT NULL,
    status TEXT NOT NULL,
    file_size BIGINT,
    -- names in the media store
    content TEXT,
    rendition TEXT,
    attached_at TEXT
);
-- what a sweep asks for
CREATE INDEX upload_updated_at_idx ON upload (updated_at) WHERE status <> 'removed';

ALTER TABLE user_profile ADD COLUMN picture_file TEXT;
ALTER TABLE user_profile ADD COLUMN picture_rendition TEXT;
ALTER TABLE user_profile ADD COLUMN banner_file TEXT;
ALTER TABLE user_profile ADD COLUMN banner_rendition TEXT;
ALTER TABLE user_override ADD COLUMN picture_file TEXT;
ALTER TABLE user_override ADD COLUMN picture_rendition TEXT;
CREATE INDEX user_profile_picture_file_idx ON user_profile (picture_file) WHERE picture_file IS NOT NULL;
CREATE INDEX user_profile_banner_file_idx ON user_profile (banner_file) WHERE banner_file IS NOT NULL;
CREATE INDEX user_override_picture_file_idx ON user_override (picture_file) WHERE picture_file IS NOT NULL;

CREATE TABLE kept_reply (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reserved_at TEXT NOT NULL,
    -- both are there once the request has been answered
    status INTEGER,
    body TEXT,
    PRIMARY KEY (caller, key)
);
CREATE INDEX kept_reply_reserved_at_idx ON kept_reply (reserved_at);
