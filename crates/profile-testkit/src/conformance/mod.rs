//! What every adapter must do, one function per promise; [`store_conformance!`](crate::store_conformance) and
//! [`media_conformance!`](crate::media_conformance) turn them into tests of an adapter.

pub mod checkpoints;
pub mod clients;
pub mod commits;
pub mod concurrency;
pub mod deliveries;
pub mod endings;
pub mod erasure;
pub mod feed;
pub mod history;
pub mod key_register;
pub mod media;
pub mod members;
pub mod operator;
pub mod records;
pub mod retention;
pub mod search;
pub mod search_index;
pub mod store;
pub mod subscriptions;
pub mod uploads;
pub mod users;
pub mod verifications;

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ($suite:ident, $open:expr, $($promise:ident)*) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            let (adapter, _keep) = $open.await;
            $crate::conformance::$suite::$promise(adapter).await;
        }
    )* };
}

/// Tests a store. The expression is a future of `(Arc<dyn Store>, keep)`: an empty store for each call, and whatever
/// must live as long as it does.
#[macro_export]
macro_rules! store_conformance {
    ($open:expr) => {
        $crate::__conformance_tests! { store, $open,
            absence_is_none
            a_commit_writes_state_and_change_together
            a_stale_commit_is_refused_and_leaves_nothing
            a_second_creation_is_stale
            a_missing_owner_is_named
            the_owner_is_read_as_it_is_now
            text_of_every_plane_survives_at_its_limit
            numbers_survive_exactly
            a_file_record_survives
            files_of_a_person_and_what_accounts_show_of_them
            accounts_of_a_customer_come_by_login_within_the_limit
            one_alias_is_one_person
            it_is_ready
            its_size_grows_with_what_is_stored
        }
        $crate::__conformance_tests! { concurrency, $open,
            concurrent_updates_of_different_fields_lose_nothing
            a_refused_commit_sinks_no_neighbour
            nothing_names_a_record_that_ends_at_the_same_time
            a_dropped_commit_is_whole_or_absent
        }
        $crate::__conformance_tests! { history, $open,
            changes_of_a_record_come_back_as_written
            the_log_of_a_kind_is_walked_record_by_record
        }
        $crate::__conformance_tests! { commits, $open,
            several_writes_are_one
            a_refusal_of_one_write_refuses_all
            a_dropped_commit_of_several_writes_is_whole_or_absent
            a_claim_moves_between_records_in_one_step
            claims_of_different_kinds_are_apart
            one_of_64_gets_a_claim
        }
        $crate::__conformance_tests! { endings, $open,
            an_ended_record_is_gone_and_its_claims_are_free
            an_ended_record_begins_anew_and_its_chain_goes_on
            a_record_of_any_kind_can_end
            a_record_ends_only_with_those_that_name_it
            records_of_one_root_end_together
        }
        $crate::__conformance_tests! { erasure, $open,
            a_hold_is_stored_with_its_access
            of_those_who_decide_at_once_one_does
            an_erasure_leaves_commitments_alone
            an_erasure_is_kept_until_it_has_its_receipt_and_for_ever
        }
        $crate::__conformance_tests! { retention, $open,
            changes_with_values_are_walked_up_to_a_position
            a_record_whose_log_has_expired_begins_anew_until_it_is_erased
        }
        $crate::__conformance_tests! { feed, $open,
            the_log_is_walked_in_the_order_of_its_positions
            nobody_who_follows_the_log_misses_a_change
        }
        $crate::__conformance_tests! { checkpoints, $open,
            checkpoints_come_back_oldest_first
            one_of_many_adds_the_next_checkpoint
            digests_are_those_of_the_log_in_its_order
        }
        $crate::__conformance_tests! { verifications, $open,
            the_last_verification_takes_the_place_of_the_one_before
            of_verifications_that_end_at_once_one_is_kept_whole
        }
        $crate::__conformance_tests! { users, $open,
            a_user_survives_and_is_found_by_either_name
            a_username_is_taken_whatever_its_case
            one_of_many_who_claim_a_username_gets_it
            an_override_belongs_to_one_user_and_business
            businesses_apps_and_keys_survive
            a_list_is_walked_both_ways_by_rank
        }
        $crate::__conformance_tests! { clients, $open,
            a_client_survives_with_and_without_records
            a_client_is_made_once_and_has_its_own_number
            later_numbers_lie_beyond_those_that_are_written
            numbers_given_beside_an_import_are_free
            sensitive_changes_are_masked
        }
        $crate::__conformance_tests! { members, $open,
            a_member_survives
            an_address_is_one_living_members
            memberships_hang_on_members
            a_tenants_members_are_listed_by_name
            attempts_are_kept_by_version
            a_workspace_survives
        }
        $crate::search_conformance!($open);
        $crate::__conformance_tests! { uploads, $open,
            an_upload_survives_and_is_found_by_its_token
            only_what_no_profile_shows_is_unused
            bytes_that_came_are_found_until_they_are_looked_at
            what_an_owner_holds_is_what_no_profile_shows
            an_upload_is_taken_from_the_server_that_has_it
            names_in_the_media_store_are_found_in_the_records
            a_reply_is_kept_for_one_request
            a_reply_is_kept_with_the_write
            of_many_copies_of_a_request_one_writes
        }
        $crate::__conformance_tests! { operator, $open,
            an_operator_key_is_found_by_its_hash_and_its_id
            operator_keys_are_listed_by_the_bytes_of_their_ids
            the_first_revocation_of_an_operator_key_stays
            the_last_minute_in_which_an_operator_key_was_used_is_noted
            an_operator_key_and_its_reply_are_stored_once
            a_revocation_and_its_reply_are_stored_once
            accesses_come_back_newest_first
        }
        $crate::__conformance_tests! { subscriptions, $open,
            subscriptions_survive_and_are_listed_by_the_bytes_of_their_ids
            a_subscription_is_replaced_from_its_own_revision
            of_many_who_replace_a_subscription_one_does
            a_subscription_and_its_reply_are_stored_together
            what_an_administrator_does_reaches_deliveries
            a_removed_subscription_takes_along_what_hangs_on_it
        }
        $crate::__conformance_tests! { deliveries, $open,
            a_subscription_and_a_sink_are_followers
            one_server_at_a_time_follows
            a_flush_is_stored_whole_or_not_at_all
            what_waits_comes_in_the_order_of_the_log
            attempts_come_newest_first_until_they_are_removed
            changes_come_back_by_their_ids
        }
        $crate::__conformance_tests! { records, $open,
            an_entry_is_the_last_change_and_the_beginning
            living_records_are_listed_by_the_bytes_of_their_keys
            records_of_a_person_are_those_that_are_the_persons_now
            changes_are_listed_newest_first
            a_customer_or_a_language_is_named_by_living_records
            a_business_or_an_app_is_named_by_living_records
            what_is_of_a_tenant_is_named_by_living_records
            keys_below_are_those_of_living_records
            a_person_is_told_by_the_alias
        }
        $crate::__conformance_tests! { search_index, $open,
            people_are_found_by_identifiers
            people_are_found_by_phones
            people_are_found_by_parts_of_names
            many_and_few_are_found_in_the_order_of_their_ids
            nobody_finds_by_what_they_may_not_read
            only_records_of_some_kinds_are_found
            an_earlier_version_never_comes_back
            identifiers_that_an_entry_does_not_tell_stay
            records_are_found_that_are_stored_as_somebodys
            one_follower_at_a_time_moves_the_position
            a_cleared_projection_begins_again
        }
    };
}

/// Tests only what a store finds; as [`store_conformance!`](crate::store_conformance).
#[macro_export]
macro_rules! search_conformance {
    ($open:expr) => {
        $crate::__conformance_tests! { search, $open,
            users_are_found_whatever_the_letters
            members_are_found_whatever_the_letters
        }
    };
}

/// Tests a store that is also a register of keys; as [`store_conformance!`](crate::store_conformance), with an `Arc` of
/// the adapter itself.
#[macro_export]
macro_rules! key_register_conformance {
    ($open:expr) => {
        $crate::__conformance_tests! { key_register, $open,
            a_person_has_one_key
            a_key_comes_only_with_its_commit
            a_new_key_is_wrapped_under_the_current_master_key
            keys_are_walked_by_person
            a_known_key_is_replaced_by_whoever_knows_it
            a_master_key_in_use_is_never_removed
            a_service_key_is_replaced_by_whoever_knows_it
            holders_come_and_go
            an_erasure_takes_the_key_and_the_alias_of_the_person
        }
    };
}

/// Tests a media store; as [`store_conformance!`](crate::store_conformance), with an `Arc<dyn Media>`.
#[macro_export]
macro_rules! media_conformance {
    ($open:expr) => {
        $crate::__conformance_tests! { media, $open,
            what_was_finished_can_be_read
            a_range_is_cut_exactly
            an_unknown_file_is_none
            what_was_aborted_or_dropped_is_not_there
            what_was_deleted_is_not_there
            media_is_ready
            what_is_there_is_listed_with_its_size
            a_file_of_many_pieces_is_whole
        }
    };
}
