-- Uploaded files, the pictures that profiles show of them, and kept replies.

CREATE TABLE upload (
    upload_id text PRIMARY KEY,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- user_…, biz_… or app_…
    owner text NOT NULL,
    token text NOT NULL CONSTRAINT upload_token_key UNIQUE,
    filename text NOT NULL,
    content_type text NOT NULL,
    visibility text NOT NULL,
    announced_at timestamptz NOT NULL,
    status text NOT NULL,
    file_size bigint,
    -- names in the media store
    content text,
    rendition text,
    attached_at timestamptz
);
-- what a sweep asks for
CREATE INDEX upload_updated_at_idx ON upload (updated_at) WHERE status <> 'removed';

ALTER TABLE user_profile ADD COLUMN picture_file text;
ALTER TABLE user_profile ADD COLUMN picture_rendition text;
ALTER TABLE user_profile ADD COLUMN banner_file text;
ALTER TABLE user_profile ADD COLUMN banner_rendition text;
ALTER TABLE user_override ADD COLUMN picture_file text;
ALTER TABLE user_override ADD COLUMN picture_rendition text;
CREATE INDEX user_profile_picture_file_idx ON user_profile (picture_file) WHERE picture_file IS NOT NULL;
CREATE INDEX user_profile_banner_file_idx ON user_profile (banner_file) WHERE banner_file IS NOT NULL;
CREATE INDEX user_override_picture_file_idx ON user_override (picture_file) WHERE picture_file IS NOT NULL;

CREATE TABLE kept_reply (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    reserved_at timestamptz NOT NULL,
    -- both are there once the request has been answered
    status integer,
    body text,
    PRIMARY KEY (caller, key)
);
CREATE INDEX kept_reply_reserved_at_idx ON kept_reply (reserved_at);
