//! The tenant contract, request by request, over the memory adapters and, end to end, over the running binary on SQLite
//! and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod call;
mod callers;
mod email;
mod get_member_profile;
mod list_languages;
mod list_tenant_users;
mod update_member_profile;

use support::{Backend, Target};

on_every_backend! {
    get_member_profile:
        a_member_reads_the_own_record;
    update_member_profile:
        a_member_changes_the_own_record
        nothing_else_can_change
        bodies_that_are_no_object
        types_are_told_before_values
        values_break_their_rules
        languages_must_exist;
    email:
        an_address_changes_with_the_password
        an_address_has_the_form_of_the_page_and_no_other
        an_address_is_one_members
        one_of_two_gets_the_address
        ten_wrong_passwords_lock
        many_attempts_at_once_are_counted_exactly
        many_right_passwords_at_once_are_all_right;
    callers:
        only_a_good_token_opens
        who_may_call
        versions_and_paths
        media_types_and_sizes;
    list_languages:
        languages_are_listed;
    list_tenant_users:
        a_tenant_lists_its_own_members
        the_601st_list_of_a_minute_waits
        a_token_for_one_tenant_lists_the_others_of_its_member
        odd_pages_are_refused;
}
