DROP INDEX client_picture_idx;
DROP INDEX upload_rendition_idx;
DROP INDEX upload_content_idx;
DROP INDEX account_avatar_idx;
DROP INDEX media_file_person_id_idx;
DROP INDEX upload_owner_idx;
ALTER TABLE upload DROP COLUMN tries;
