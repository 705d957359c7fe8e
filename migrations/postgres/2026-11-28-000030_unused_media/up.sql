-- How often the bytes of an upload were tried; no part of its record.
ALTER TABLE upload ADD COLUMN tries integer NOT NULL DEFAULT 0;

-- what each holder, user or client has stored, and what of it is shown
CREATE INDEX upload_owner_idx ON upload (owner) WHERE status <> 'removed';
CREATE INDEX media_file_person_id_idx ON media_file (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX account_avatar_idx ON account (avatar) WHERE avatar <> '';

-- which record a file in the media store belongs to
CREATE INDEX upload_content_idx ON upload (content) WHERE content IS NOT NULL;
CREATE INDEX upload_rendition_idx ON upload (rendition) WHERE rendition IS NOT NULL;
CREATE INDEX client_picture_idx ON client (picture) WHERE picture IS NOT NULL;
