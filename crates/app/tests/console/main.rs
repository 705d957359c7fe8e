//! The console, page by page, over the memory adapters and, end to end, over the running binary on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub, dead_code)] // a test binary has no outside, and uses its part of what is shared

#[path = "../support/mod.rs"]
#[macro_use]
mod support;
#[path = "../operator/fixtures.rs"]
mod fixtures;
#[path = "../operator/service.rs"]
mod service;

mod actions;
mod browser;
mod edit_record;
mod feed;
mod find;
mod history;
mod imports;
mod keys;
mod link;
mod masking;
mod privacy;
mod safety;
mod sessions;
mod sign_in;
mod subscriptions;

use service::Service as Target;
use support::Backend;

on_every_backend! {
    sign_in:
        a_key_begins_a_session_and_a_sign_out_ends_it
        what_is_no_living_key_begins_no_session
        a_cookie_that_does_not_come_back_is_explained
        a_session_ends_with_its_key
        tokens_of_the_contracts_never_open_it
        a_link_from_elsewhere_leads_on_after_the_sign_in;
    safety:
        every_page_has_its_headers_and_is_not_stored
        a_head_is_answered_as_the_page_without_it
        pages_of_errors_keep_the_navigation_of_whoever_is_signed_in
        another_site_can_post_nothing_and_is_told_both_addresses
        no_get_ends_a_session
        files_are_kept_for_good_and_need_no_session
        markup_in_a_value_stays_text
        names_of_keys_turn_no_direction;
    find:
        a_person_is_found_and_their_records_are_shown
        a_search_as_one_types_returns_the_list_alone
        people_behind_the_first_page_are_one_link_away
        records_behind_the_hundredth_are_one_link_away
        a_picture_is_shown_to_those_who_read_personal_values;
    edit_record:
        a_correction_is_looked_at_before_it_is_saved
        broken_rules_are_shown_beside_their_fields
        others_fields_stay_and_the_same_field_is_shown_twice;
    history:
        versions_are_listed_compared_and_taken_back
        a_record_is_shown_as_it_was
        the_fields_that_a_list_leaves_out_are_one_link_away;
    masking:
        sensitive_values_are_on_no_page
        forms_and_persons_show_support_no_sensitive_value
        a_reader_sees_no_personal_value_and_edits_nothing;
    privacy:
        sensitive_values_are_revealed_for_a_reason_that_is_noted
        a_hold_is_placed_replaced_and_released
        an_export_is_an_archive_and_noted
        an_erasure_needs_the_typed_id_and_shows_its_receipt
        whoever_is_no_privacy_officer_opens_none_of_it;
    keys:
        a_key_is_made_shown_once_and_revoked
        everything_wrong_with_a_key_is_said_and_none_is_made
        only_administrators_see_places_of_administrators;
    subscriptions:
        a_subscription_is_made_looked_after_and_removed
        a_subscription_is_edited_with_all_its_fields
        a_target_that_may_not_be_reached_is_refused;
    imports:
        a_dry_run_lists_faulty_lines_and_writes_nothing
        rows_are_imported_and_the_log_says_by_whom_and_why
        an_import_needs_a_file_a_reason_and_an_administrator
        a_second_import_of_a_key_is_refused_and_the_first_can_be_stopped;
    feed:
        changes_are_shown_by_filter_and_later_ones_are_counted
        more_later_changes_than_a_page_has_are_counted_on
        the_newest_change_comes_first
        filters_that_mean_nothing_are_named
        the_page_about_the_system_names_version_role_and_checkpoint;
}
