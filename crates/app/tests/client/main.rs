//! The client contract, request by request, over the memory adapters and, end to end, over the running binary on SQLite
//! and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod accept_terms;
mod address;
mod assessment;
mod call;
mod callers;
mod fresh_client;
mod get_accounts;
mod get_countries;
mod get_login_history;
mod get_onboarding_status;
mod get_status;
mod get_system_status;
mod get_total_balance;
mod limits;
mod profile;
mod tax;
mod update_picture;

use support::{Backend, Target};

on_every_backend! {
    profile:
        a_profile_is_made_read_and_replaced
        every_field_is_required
        every_bad_field_is_told_at_once
        values_break_their_rules
        bodies_that_are_no_object
        one_of_many_creations_wins
        replacements_never_mix
        an_imported_profile_is_shown;
    address:
        an_address_is_made_and_replaced;
    tax:
        tax_information_is_a_record_of_its_own;
    assessment:
        an_assessment_is_written_and_read_at_two_paths;
    accept_terms:
        terms_are_accepted_once;
    update_picture:
        a_picture_is_uploaded_and_replaced;
    fresh_client:
        nothing_is_there_before_it_is_made;
    get_onboarding_status:
        onboarding_follows_the_records;
    get_accounts:
        accounts_are_shown_as_imported;
    get_total_balance:
        the_balance_has_wallets_and_accounts;
    get_status:
        statuses_have_the_number_of_the_client;
    get_system_status:
        a_closed_client_is_only_read;
    get_login_history:
        logins_are_newest_first;
    get_countries:
        countries_need_no_token;
    callers:
        only_a_good_token_opens
        staff_acts_for_one_client
        nobody_reaches_another_client
        meta_is_on_every_answer;
    limits:
        the_61st_request_of_a_minute_waits
        sizes_and_types;
}
