//! The client contract, request by request, over the memory adapters and, end to end, over the running binary on SQLite
//! and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod call;
mod callers;
mod imported;
mod limits;
mod profile;
mod records;

use support::{Backend, Target};

on_every_backend! {
    profile:
        a_profile_is_made_read_and_replaced
        every_field_is_required
        every_bad_field_is_told_at_once
        values_break_their_rules
        bodies_that_are_no_object
        one_of_many_creations_wins
        replacements_never_mix;
    records:
        an_address_is_made_and_replaced
        tax_information_is_a_record_of_its_own
        an_assessment_is_written_and_read_at_two_paths
        terms_are_accepted_once
        a_picture_is_uploaded_and_replaced
        nothing_is_there_before_it_is_made
        onboarding_follows_the_records;
    callers:
        only_a_good_token_opens
        staff_acts_for_one_client
        nobody_reaches_another_client
        meta_is_on_every_answer
        countries_need_no_token;
    limits:
        the_61st_request_of_a_minute_waits
        sizes_and_types;
    imported:
        imported_items_are_shown
        a_closed_client_is_only_read;
}
