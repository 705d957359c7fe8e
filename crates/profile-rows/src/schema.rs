//! The tables, as the migrations of both databases make them.
#![allow(clippy::wildcard_imports, reason = "each table imports the same types, as Diesel writes them")]

diesel::table! {
    use crate::sql::*;

    customer (root, customer_id) {
        root -> Text,
        customer_id -> BigInt,
        person_id -> Id,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        email -> Text,
        full_name -> Text,
        first_name -> Text,
        last_name -> Text,
        phone -> Text,
        status -> BigInt,
        enable -> Bool,
        brand -> Text,
        preferred_language -> Text,
        desk -> Text,
        manager_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    use crate::sql::*;

    account (root, login) {
        root -> Text,
        login -> Integer,
        person_id -> Id,
        customer_id -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        update_time -> BigInt,
        name -> Text,
        avatar -> Text,
        phone -> Text,
        address -> Text,
        city -> Text,
        state -> Text,
        country -> Text,
        zipcode -> Text,
        user_color -> Text,
        email -> Text,
        group -> Text,
        currency -> Text,
        comment -> Text,
        enable -> Bool,
        enable_read_only -> Bool,
        enable_change_password -> Bool,
        leverage -> BigInt,
        regdate -> BigInt,
        prevbalance -> Double,
        prevmonthbalance -> Double,
        balance -> Double,
        storage -> Double,
        commission -> Double,
        credit -> Double,
        margin -> Double,
        margin_free -> Double,
        margin_level -> Double,
        equity -> Double,
    }
}

diesel::table! {
    use crate::sql::*;

    media_file (root, uuid) {
        root -> Text,
        uuid -> Id,
        person_id -> Nullable<Id>,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        extension -> Text,
        scope -> Integer,
        purpose -> Text,
        original_name -> Text,
        file_size -> BigInt,
    }
}

diesel::table! {
    use crate::sql::*;

    changes (root, id) {
        root -> Text,
        id -> Id,
        person_id -> Nullable<Id>,
        kind -> Text,
        key -> Text,
        version -> BigInt,
        at -> Instant,
        actor -> Text,
        door -> Text,
        request_id -> Text,
        reason -> Nullable<Text>,
        reason_redacted -> Nullable<Binary>,
        fields -> Json,
        ended -> Bool,
        salt -> Nullable<Binary>,
        digest -> Binary,
        expired -> Bool,
    }
}

diesel::table! {
    use crate::sql::*;

    person_record (root, kind, key) {
        root -> Text,
        kind -> Text,
        key -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    claim (kind, root) {
        root -> Text,
        kind -> Text,
        record_root -> Text,
        key -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    user_profile (root, user_id) {
        root -> Text,
        user_id -> Text,
        person_id -> Id,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        username -> Text,
        username_key -> Text,
        name -> Nullable<Text>,
        name_folded -> Nullable<Text>,
        bio -> Nullable<Text>,
        picture_file -> Nullable<Text>,
        picture_rendition -> Nullable<Text>,
        banner_file -> Nullable<Text>,
        banner_rendition -> Nullable<Text>,
        email -> Nullable<Text>,
        registered_at -> Instant,
        accounts -> Json,
        verification_individual -> Nullable<Text>,
        verification_business -> Nullable<Text>,
        social_links -> Json,
        holdings -> Json,
    }
}

diesel::table! {
    use crate::sql::*;

    user_override (root, user_id, account_id) {
        root -> Text,
        user_id -> Text,
        account_id -> Text,
        person_id -> Id,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        name -> Nullable<Text>,
        picture_file -> Nullable<Text>,
        picture_rendition -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    business (root, business_id) {
        root -> Text,
        business_id -> Text,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        title -> Text,
        parent_id -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    app (root, app_id) {
        root -> Text,
        app_id -> Text,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        installs -> Json,
    }
}

diesel::table! {
    use crate::sql::*;

    api_key (root, key_id) {
        root -> Text,
        key_id -> Text,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        owner -> Text,
        hash -> Text,
        permissions -> Json,
        expires_at -> Nullable<Instant>,
        allow_cidrs -> Json,
        api_version_date -> Nullable<Text>,
        revoked_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::*;

    upload (root, upload_id) {
        root -> Text,
        upload_id -> Text,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        owner -> Text,
        person_id -> Nullable<Id>,
        token -> Text,
        filename -> Text,
        content_type -> Text,
        visibility -> Text,
        announced_at -> Instant,
        status -> Text,
        file_size -> Nullable<BigInt>,
        content -> Nullable<Text>,
        rendition -> Nullable<Text>,
        attached_at -> Nullable<Instant>,
        worker -> Nullable<Id>,
        tries -> Integer,
    }
}

diesel::table! {
    use crate::sql::*;

    idempotency_key (root, key) {
        root -> Text,
        key -> Text,
        fingerprint -> Text,
        replied_at -> Instant,
        status -> Integer,
        body -> Text,
        about -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    client (root, sub) {
        root -> Text,
        sub -> Id,
        person_id -> Id,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        client_id -> BigInt,
        profile_first_name -> Nullable<Text>,
        profile_last_name -> Nullable<Text>,
        profile_date_of_birth -> Nullable<Binary>,
        profile_birth_country -> Nullable<Text>,
        profile_account_opening_reason -> Nullable<Text>,
        profile_employment_status -> Nullable<Text>,
        profile_residence_country -> Nullable<Text>,
        profile_citizen_country -> Nullable<Text>,
        profile_tax_residence_country -> Nullable<Text>,
        profile_tax_identification_number -> Nullable<Binary>,
        profile_gender -> Nullable<Text>,
        profile_staff_identifier -> Nullable<Text>,
        profile_reason -> Nullable<Text>,
        profile_created -> Nullable<Instant>,
        profile_updated -> Nullable<Instant>,
        address_id -> Nullable<BigInt>,
        address_line_1 -> Nullable<Text>,
        address_line_2 -> Nullable<Text>,
        address_state_province -> Nullable<Text>,
        address_city -> Nullable<Text>,
        address_zip_postal_code -> Nullable<Text>,
        address_staff_identifier -> Nullable<Text>,
        address_created -> Nullable<Instant>,
        address_updated -> Nullable<Instant>,
        tax_residence -> Nullable<Text>,
        tax_identification_number -> Nullable<Binary>,
        tax_is_foreign_taxpayer -> Nullable<Bool>,
        tax_employment_status -> Nullable<Text>,
        tax_occupation -> Nullable<Text>,
        tax_industry -> Nullable<Text>,
        tax_created -> Nullable<Instant>,
        tax_updated -> Nullable<Instant>,
        assessment_estimated_net_worth -> Nullable<Text>,
        assessment_occupation -> Nullable<Text>,
        assessment_source_of_wealth -> Nullable<Text>,
        assessment_net_annual_income -> Nullable<Text>,
        assessment_source_of_funds -> Nullable<Text>,
        assessment_industry -> Nullable<Text>,
        assessment_employer_name -> Nullable<Text>,
        assessment_education_level -> Nullable<Text>,
        assessment_regular_expense -> Nullable<Text>,
        assessment_created -> Nullable<Instant>,
        assessment_updated -> Nullable<Instant>,
        terms_version -> Nullable<Integer>,
        terms_accepted -> Nullable<Instant>,
        picture -> Nullable<Text>,
        system_statuses -> Json,
        statuses -> Json,
        accounts -> Json,
        wallets -> Json,
        total_balance -> Nullable<Text>,
        logins -> Json,
    }
}

diesel::table! {
    use crate::sql::*;

    client_number (last) {
        last -> BigInt,
    }
}

diesel::table! {
    use crate::sql::*;

    person_key (root) {
        root -> Text,
        person_id -> Id,
        master -> Text,
        wrapped -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::*;

    master_key (name) {
        name -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::*;

    known_key (kind) {
        kind -> Text,
        name -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    service_key (name) {
        name -> Text,
        master -> Text,
        wrapped -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::*;

    key_holder (server) {
        server -> Id,
        host -> Text,
        beat -> BigInt,
        keys -> Json,
    }
}

diesel::table! {
    use crate::sql::*;

    language (root, language_id) {
        root -> Text,
        language_id -> Integer,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        name -> Text,
        code -> Text,
        icon -> Nullable<Text>,
        icon_square -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    tenant (root, tenant_id) {
        root -> Text,
        tenant_id -> Integer,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        slug -> Text,
        name -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    brand (root, brand_id) {
        root -> Text,
        brand_id -> Integer,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        tenant_id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    member_group (root, group_id) {
        root -> Text,
        group_id -> Integer,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        tenant_id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    member (root, member_id) {
        root -> Text,
        member_id -> Integer,
        person_id -> Id,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        email -> Text,
        given_name -> Text,
        family_name -> Text,
        name_folded -> Nullable<Text>,
        search_folded -> Nullable<Text>,
        language_id -> Nullable<Integer>,
        display_absolute_time -> Bool,
        profile_pic -> Nullable<Text>,
        admin_roles -> Json,
        permissions -> Json,
        is_deleted -> Bool,
        registered_at -> Instant,
        created_by -> Nullable<Integer>,
        last_updated -> Instant,
        last_updated_by -> Nullable<Integer>,
        password_hash -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    membership (root, member_id, tenant_id) {
        root -> Text,
        member_id -> Integer,
        tenant_id -> Integer,
        person_id -> Id,
        version -> BigInt,
        created_at -> Instant,
        updated_at -> Instant,
        chain -> Binary,
        membership_id -> Integer,
        role -> Integer,
        status -> Integer,
        last_seen -> Nullable<Instant>,
        groups -> Json,
        brands -> Json,
    }
}

diesel::table! {
    use crate::sql::*;

    password_attempts (root, member_id) {
        root -> Text,
        member_id -> Integer,
        version -> BigInt,
        times -> Json,
    }
}

diesel::table! {
    use crate::sql::*;

    operator_key (root, id) {
        root -> Text,
        id -> Text,
        name -> Text,
        role -> Text,
        hash -> Text,
        allow_cidrs -> Json,
        created_at -> Instant,
        created_by -> Text,
        expires_at -> Nullable<Instant>,
        last_used_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
        revoked_by -> Nullable<Text>,
        revoke_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    access (root, id) {
        root -> Text,
        id -> Id,
        at -> Instant,
        person_id -> Nullable<Id>,
        actor -> Text,
        request_id -> Text,
        action -> Text,
        kind -> Nullable<Text>,
        key -> Nullable<Text>,
        fields -> Json,
        reason -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    hold (root) {
        root -> Text,
        version -> BigInt,
        kinds -> Nullable<Json>,
        reason -> Nullable<Text>,
        until -> Nullable<Instant>,
        held_at -> Nullable<Instant>,
        held_by -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    erasure (root, id) {
        root -> Text,
        id -> Id,
        person_id -> Id,
        at -> Instant,
        erased_by -> Text,
        reason -> Text,
        records -> Json,
        changes -> BigInt,
        media -> BigInt,
        held -> Json,
        rest -> Json,
        receipt -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::*;

    subscription (root) {
        root -> Text,
        name -> Nullable<Text>,
        url -> Text,
        headers -> Json,
        kinds -> Json,
        fields -> Json,
        not_actor -> Nullable<Text>,
        shown_values -> Text,
        secret -> Text,
        old_secrets -> Json,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::sql::*;

    follower (root) {
        root -> Text,
        revision -> BigInt,
        status -> Text,
        position -> Nullable<Id>,
        failing_since -> Nullable<Instant>,
        server -> Nullable<Id>,
        beat -> BigInt,
    }
}

diesel::table! {
    use crate::sql::*;

    delivery_waiting (root, change_id) {
        root -> Text,
        change_id -> Id,
        kind -> Text,
        key -> Text,
        person_id -> Nullable<Id>,
        attempts -> Integer,
        first_attempt_at -> Nullable<Instant>,
        next_attempt_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::*;

    delivery_attempt (root, id) {
        root -> Text,
        id -> Id,
        change_id -> Id,
        person_id -> Nullable<Id>,
        attempt -> Integer,
        at -> Instant,
        ms -> Integer,
        status -> Nullable<Integer>,
        error -> Nullable<Text>,
        next_attempt_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::sql::*;

    checkpoint (position) {
        position -> Id,
        predecessor -> Id,
        count -> BigInt,
        digest -> Binary,
        at -> Instant,
        jws -> Text,
    }
}

diesel::table! {
    use crate::sql::*;

    verification (id) {
        id -> Integer,
        at -> Instant,
        position -> Nullable<Id>,
        records -> BigInt,
        files -> BigInt,
        changes -> BigInt,
        findings -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(subscription, follower);
diesel::allow_tables_to_appear_in_same_query!(account, customer);
diesel::allow_tables_to_appear_in_same_query!(client, person_key);
diesel::allow_tables_to_appear_in_same_query!(member, membership, language);
diesel::allow_tables_to_appear_in_same_query!(person_key, known_key);
