//! The operator API, request by request, over the memory adapters and, end to end, over the running binary on SQLite and on
//! PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

#[path = "../support/mod.rs"]
#[macro_use]
mod support;

mod access;
mod answers;
mod canaries;
mod capabilities;
mod chain;
mod checkpoints;
mod contracts;
mod conventions;
mod deliveries;
mod dry_run;
mod erased;
mod erasure;
mod erasure_beside;
mod errors;
mod export_person;
mod fixtures;
mod follower;
mod get_capabilities;
mod history;
mod holds;
mod idempotency;
mod import_records;
mod keys;
mod large_erasure;
mod ledger;
mod list_changes;
mod nats;
mod open_calls;
mod order;
mod persons;
mod preconditions;
mod privacy;
mod records;
mod retention;
mod search_persons;
mod servers;
mod service;
mod stream_changes;
mod subscriptions;

use service::Service as Target;
use support::Backend;

on_every_backend! {
    conventions:
        unknown_paths_and_verbs_are_told_without_a_key
        head_is_answered_as_get
        options_is_not_allowed_and_has_no_cors_headers
        every_answer_has_a_request_id_and_is_not_stored
        a_list_is_walked_with_each_item_once
        a_cursor_that_the_list_did_not_give_is_refused
        a_limit_is_from_1_to_200_and_50_unless_given
        unknown_repeated_and_odd_parameters_are_refused_by_name
        a_filter_that_nothing_meets_gives_an_empty_list
        problem_pages_and_the_document_need_no_key
        times_have_six_digits;
    access:
        only_a_living_operator_key_opens
        a_contract_refuses_an_operator_key
        a_revoked_key_opens_nothing
        an_expired_key_opens_nothing
        a_key_for_another_network_is_forbidden
        every_role_reads
        each_role_does_what_its_right_allows
        a_record_is_ended_by_the_lowest_role_that_writes_all_its_fields
        kinds_and_fields_that_nobody_writes_are_refused
        a_reader_sees_public_values_alone
        sensitive_values_are_withheld_from_every_role;
    order:
        a_reader_is_refused_before_the_body_is_read
        each_check_comes_before_the_next
        a_field_of_a_higher_role_is_refused_before_other_faults
        faults_of_a_body_are_told_in_its_order
        faults_of_parameters_and_headers_are_told_together;
    preconditions:
        if_match_is_strict
        a_malformed_if_match_is_refused
        a_base_version_conflicts_on_fields_that_differ
        a_base_version_is_from_1_to_the_current_one
        a_field_that_came_back_is_no_conflict
        letters_of_another_case_are_no_conflict_where_they_are_no_change
        members_of_an_object_conflict_alone
        writers_of_different_fields_all_succeed_from_one_base
        one_of_many_writers_of_a_field_succeeds_from_one_base
        many_writers_of_the_same_value_make_one_change
        without_a_precondition_every_write_survives
        what_was_not_changed_stays_at_its_version;
    records:
        a_record_has_its_members_in_order
        every_kind_is_created_with_the_least
        a_patch_merges_and_says_what_changed
        the_same_values_make_no_version
        null_clears_takes_the_default_or_is_refused
        a_record_is_created_once
        a_created_record_keeps_every_field
        persons_are_new_known_or_their_parents
        keys_in_a_path_are_checked_by_put
        a_referenced_record_cannot_be_ended
        an_ended_record_tells_so_and_begins_anew
        parts_of_a_client_come_and_go
        a_file_is_made_with_its_bytes
        a_password_sets_the_hash_and_is_never_shown
        a_new_api_key_works_at_the_users_contract
        ending_a_member_ends_its_memberships
        claims_are_taken_once_and_free_after_the_end;
    dry_run:
        a_dry_run_answers_as_the_real_call
        a_dry_patch_and_a_dry_revert_keep_nothing
        a_dry_run_of_a_key_has_no_secret
        a_dry_run_looks_at_no_idempotency_key
        a_dry_run_of_a_sensitive_field_counts_as_changed
        a_dry_run_shows_the_numbers_that_come_next;
    idempotency:
        a_repeated_call_gets_the_same_bytes
        every_write_takes_a_key
        another_request_with_the_same_key_is_refused
        refusals_use_up_no_key
        twenty_copies_make_one_change
        copies_of_a_guarded_patch_get_one_answer
        copies_of_a_creation_get_one_answer
        copies_of_an_end_get_one_answer
        copies_of_a_revert_get_one_answer
        copies_of_a_new_key_get_one_answer
        a_replay_comes_after_the_checks_of_the_body_and_before_the_record;
    errors:
        values_break_the_rules_of_their_type
        text_is_counted_in_scalar_values
        items_of_lists_are_pointed_at
        references_are_told_in_the_order_of_the_body
        members_to_be_merged_are_checked_before_the_record_is_looked_up
        what_is_missing_comes_last
        what_must_be_there_is_not_null
        a_taken_value_is_told_by_its_field
        no_problem_tells_a_stored_value;
    history:
        a_change_has_its_members_in_order
        the_first_and_the_ending_change_list_what_was_there
        changes_are_walked_newest_first
        an_earlier_state_is_told_by_version_and_by_instant
        sensitive_values_of_the_past_are_withheld
        provenance_names_the_change_that_set_a_field_last
        a_record_is_reverted_to_an_earlier_version
        what_was_sensitive_is_not_reverted
        a_value_that_was_taken_since_is_not_reverted
        a_hidden_value_that_was_set_again_is_not_reverted
        a_time_that_moves_by_itself_is_set_and_reverted;
    capabilities:
        a_role_is_told_what_it_reads_and_writes
        a_capability_is_what_the_call_does
        every_record_obeys_the_schema_of_its_kind
        a_schema_says_class_role_and_search;
    persons:
        a_person_has_living_records_in_the_order_of_the_kinds
        an_unknown_person_is_not_found
        a_person_whose_records_have_ended_is_still_there
        a_reveal_is_noted;
    export_person:
        a_person_is_exported_with_rows_changes_and_media
        an_export_is_asked_for_strictly
        a_head_request_reveals_nothing_and_is_not_noted
        a_person_whose_records_have_ended_is_exported
        what_is_not_a_person_is_not_exported;
    holds:
        a_hold_is_placed_shown_replaced_and_released
        a_hold_is_for_privacy_officers_and_asked_for_strictly
        what_is_held_cannot_be_ended
        a_hold_is_over_when_its_time_comes
        a_hold_and_an_end_are_decided_one_after_the_other
        holds_are_repeated_and_rehearsed_as_other_writes;
    erasure:
        an_erasure_ends_every_record_and_leaves_no_value
        a_receipt_is_signed_and_stays_the_same
        an_erasure_is_for_privacy_officers_and_asked_for_strictly
        a_dry_erasure_takes_nothing
        nothing_of_an_erased_person_is_found_and_claims_are_free
        a_hold_keeps_its_records_until_it_is_released
        the_list_of_erasures_is_walked_with_each_person_once
        records_that_have_ended_before_lose_their_values
        the_picture_of_a_client_that_has_ended_before_is_deleted
        a_kept_request_of_an_erased_person_is_judged_anew
        another_person_stays_byte_for_byte
        the_contracts_answer_as_if_the_person_had_never_been
        writers_at_the_same_moment_leave_nothing_behind
        erasures_of_one_person_at_once_give_one_receipt;
    erasure_beside:
        a_kept_hold_of_an_erased_person_is_judged_anew
        a_picture_that_a_business_shows_of_a_person_is_erased;
    search_persons:
        people_are_found_by_identifiers_phones_and_parts_of_names
        wildcards_and_quotes_are_themselves
        a_reader_finds_by_public_values_alone
        matches_say_which_field_of_which_record
        what_has_changed_is_found_and_what_it_was_is_not
        exact_matches_come_first_and_nobody_twice
        a_kind_narrows_the_search
        a_search_is_asked_for_strictly;
    keys:
        the_root_shows_the_key_and_its_rules
        a_key_is_made_and_shown_once
        a_bad_key_is_refused
        a_revoked_key_stays_in_the_list
        a_key_may_revoke_itself;
    contracts:
        an_account_shows_and_goes
        a_user_shows_and_goes
        a_client_shows_and_goes
        a_member_shows_and_goes
        an_actor_is_told_in_one_form;
    import_records:
        rows_are_imported_and_the_report_comes_as_lines
        each_fault_of_a_row_has_its_place
        a_dry_import_keeps_nothing
        an_import_needs_its_type_its_reason_and_no_idempotency_key;
    chain:
        the_digests_of_every_kind_verify
        numbers_are_hashed_with_all_their_digits
        sensitive_values_are_hashed_as_digests
        a_reader_verifies_digests_without_salt_and_texts;
    checkpoints:
        a_change_is_soon_covered_by_a_signed_checkpoint
        checkpoints_are_walked_from_any_position
        checkpoints_are_asked_for_strictly
        public_keys_need_no_operator_key;
    list_changes:
        a_walk_in_pages_gives_each_change_once_and_in_order
        values_are_shown_on_request_as_the_role_may_read_them
        a_chain_has_salt_and_texts_only_with_values
        a_page_begins_at_a_position_an_instant_or_the_end
        a_page_moves_past_what_its_filter_leaves_out
        filters_select_by_kind_field_and_actor
        odd_parameters_of_the_feed_are_refused_by_name
        a_wait_answers_at_the_first_match
        a_wait_without_a_match_ends_empty
        the_feed_is_answered_to_head_as_to_get;
    stream_changes:
        events_are_written_byte_for_byte
        a_stream_begins_where_it_is_told
        a_stream_goes_on_behind_its_last_event
        a_stream_filters_as_a_page_does
        a_stream_refuses_limit_and_wait_by_name;
    open_calls:
        sixteen_calls_of_a_key_are_open_at_most
        a_revoked_key_ends_what_it_has_open
        an_expired_key_ends_what_it_has_open;
    subscriptions:
        a_subscription_shows_its_members_in_order_and_its_secret_once
        what_is_left_out_of_a_subscription_has_its_default
        a_bad_subscription_is_refused_by_name
        targets_and_headers_of_a_subscription_are_checked
        a_subscription_is_changed_in_part
        a_new_secret_is_shown_once
        a_replay_goes_back_and_never_forward
        subscriptions_are_listed_and_removed
        a_test_says_what_has_come_of_it
        deliveries_are_listed_of_one_subscription
        every_write_of_a_subscription_takes_an_idempotency_key
        copies_of_a_new_subscription_make_one
        a_dry_run_of_a_subscription_keeps_nothing
        only_administrators_have_subscriptions;
}
