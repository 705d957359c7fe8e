//! The users contract, request by request, over the memory adapters and, end to end, over the running binary on SQLite
//! and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod call;
mod check_access;
mod create_upload;
mod credentials;
mod files;
mod get_content;
mod get_picture;
mod get_placeholder;
mod get_upload;
mod get_user;
mod list_users;
mod update_user;
mod upload_bytes;
mod versions;

use support::{Backend, Target};

on_every_backend! {
    versions:
        every_family_has_its_keys_in_order
        unknown_versions_are_refused_before_anything_else
        a_key_may_be_pinned
        several_version_lines_must_agree;
    get_user:
        a_user_has_three_addresses
        unknown_users_and_odd_paths_are_not_found
        the_email_is_for_oneself_with_the_scope
        balances_are_for_oneself_with_the_scope
        routing;
    get_picture:
        a_rendition_is_read_by_anyone;
    get_placeholder:
        a_placeholder_is_a_harmless_picture;
    check_access:
        access_is_for_members_and_the_business_itself
        the_601st_request_of_a_minute_waits;
    list_users:
        a_list_is_walked_to_its_end
        the_best_match_comes_first
        letter_case_does_not_count_in_any_script
        odd_pages_are_refused;
    credentials:
        nothing_opens_without_a_credential
        who_reads_which_side
        who_changes_which_side
        the_permission_is_needed
        keys_have_no_me
        the_public_keys_are_published;
    update_user:
        a_user_changes_the_own_profile
        an_override_is_set_and_cleared
        the_oldest_version_names_the_account_in_the_body
        dated_versions_name_the_account_in_the_query
        fields_break_their_rules
        usernames_are_unique_whatever_their_case
        one_of_many_claims_gets_the_username
        pictures_must_exist
        bodies_that_are_no_object
        a_picture_is_attached_and_removed
        a_business_shows_another_picture
        what_is_no_picture_is_refused_and_the_old_one_stays
        a_photograph_of_many_pixels_becomes_a_picture;
    create_upload:
        the_older_shape_is_public
        odd_announcements_are_refused
        a_file_name_has_no_folders
        a_repeated_request_gets_the_same_reply;
    upload_bytes:
        bytes_are_taken_once_at_the_announced_address;
    get_upload:
        a_file_is_shown_to_its_owner_only;
    get_content:
        private_bytes_are_read_at_a_signed_address_only;
}
