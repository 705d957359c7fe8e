//! The account contract, request by request, over the memory adapters and, end to end, over the running binary on
//! SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod concurrency;
mod get_account;
mod get_customer;
mod get_file;
mod routing;
mod tokens;
mod update_account_profile;
mod upload_avatar;

use support::{Backend, Target};

on_every_backend! {
    update_account_profile:
        an_update_answers_the_whole_profile_in_order
        fields_left_out_keep_their_value
        bodies_that_are_no_object_are_refused
        wrong_members_are_refused_and_nothing_is_written
        limits_hold_at_and_one_over
        any_character_but_nul_comes_back
        empty_text_clears
        logins_must_be_plain_integers
        a_holder_means_the_own_account
        a_customer_means_one_of_theirs
        disabled_accounts_and_customers_are_refused
        avatars_must_reference_a_public_avatar_file
        checks_come_in_the_documented_order
        the_same_values_again_move_only_the_time
        the_content_type_must_be_json
        large_bodies_are_refused;
    get_account:
        the_account_comes_in_documented_order
        sessions_without_an_account_are_refused
        gone_and_disabled_accounts_are_invalid;
    get_customer:
        a_customer_sees_their_accounts
        other_sessions_are_refused;
    upload_avatar:
        a_form_that_is_cut_off_is_answered an_upload_can_be_referenced_and_read
        a_name_has_no_folders_of_any_system
        sizes_at_the_limit
        names_and_signatures
        damaged_forms
        who_may_upload
        whole_requests_over_the_limit;
    get_file:
        public_files_only
        headers_of_files
        ranges_and_conditions;
    tokens:
        accepted_spellings
        long_tokens_are_accepted_up_to_the_limit
        refused_credentials
        refused_sessions;
    routing:
        unknown_paths_and_methods
        trailing_slashes
        request_ids
        service_endpoints;
    concurrency:
        updates_of_different_fields_all_survive
        many_updates_of_one_account_at_once_are_all_accepted;
}
