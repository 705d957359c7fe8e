//! The tables, as the migrations make them.

diesel::table! {
    person (person_id) {
        person_id -> Text,
        alias -> Nullable<Text>,
        created_at -> TimestamptzSqlite,
    }
}

diesel::table! {
    customer (customer_id) {
        customer_id -> BigInt,
        person_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
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
    account (login) {
        login -> Integer,
        person_id -> Text,
        customer_id -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
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
    media_file (uuid) {
        uuid -> Text,
        person_id -> Nullable<Text>,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        extension -> Text,
        scope -> Integer,
        purpose -> Text,
        original_name -> Text,
        file_size -> BigInt,
    }
}

diesel::table! {
    changes (id) {
        id -> Text,
        person_id -> Nullable<Text>,
        facet -> Text,
        key -> Text,
        version -> BigInt,
        at -> TimestamptzSqlite,
        actor -> Text,
        contract -> Text,
        request_id -> Text,
        reason -> Nullable<Text>,
        fields -> Text,
    }
}

diesel::table! {
    user_profile (user_id) {
        user_id -> Text,
        person_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
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
        registered_at -> TimestamptzSqlite,
        accounts -> Text,
        verification_individual -> Nullable<Text>,
        verification_business -> Nullable<Text>,
        social_links -> Text,
        holdings -> Text,
    }
}

diesel::table! {
    user_override (user_id, account_id) {
        user_id -> Text,
        account_id -> Text,
        person_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        name -> Nullable<Text>,
        picture_file -> Nullable<Text>,
        picture_rendition -> Nullable<Text>,
    }
}

diesel::table! {
    business (business_id) {
        business_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        title -> Text,
        parent_id -> Nullable<Text>,
    }
}

diesel::table! {
    app (app_id) {
        app_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        installs -> Text,
    }
}

diesel::table! {
    api_key (key_id) {
        key_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        owner -> Text,
        hash -> Text,
        permissions -> Text,
        expires_at -> Nullable<TimestamptzSqlite>,
        allow_cidrs -> Text,
        api_version_date -> Nullable<Text>,
        revoked_at -> Nullable<TimestamptzSqlite>,
    }
}

diesel::table! {
    upload (upload_id) {
        upload_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        owner -> Text,
        token -> Text,
        filename -> Text,
        content_type -> Text,
        visibility -> Text,
        announced_at -> TimestamptzSqlite,
        status -> Text,
        file_size -> Nullable<BigInt>,
        content -> Nullable<Text>,
        rendition -> Nullable<Text>,
        attached_at -> Nullable<TimestamptzSqlite>,
        tries -> Integer,
    }
}

diesel::table! {
    kept_reply (caller, key) {
        caller -> Text,
        key -> Text,
        fingerprint -> Text,
        reserved_at -> TimestamptzSqlite,
        status -> Nullable<Integer>,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    client (sub) {
        sub -> Text,
        person_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
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
        profile_created -> Nullable<TimestamptzSqlite>,
        profile_updated -> Nullable<TimestamptzSqlite>,
        address_id -> Nullable<BigInt>,
        address_line_1 -> Nullable<Text>,
        address_line_2 -> Nullable<Text>,
        address_state_province -> Nullable<Text>,
        address_city -> Nullable<Text>,
        address_zip_postal_code -> Nullable<Text>,
        address_staff_identifier -> Nullable<Text>,
        address_created -> Nullable<TimestamptzSqlite>,
        address_updated -> Nullable<TimestamptzSqlite>,
        tax_residence -> Nullable<Text>,
        tax_identification_number -> Nullable<Binary>,
        tax_is_foreign_taxpayer -> Nullable<Bool>,
        tax_employment_status -> Nullable<Text>,
        tax_occupation -> Nullable<Text>,
        tax_industry -> Nullable<Text>,
        tax_created -> Nullable<TimestamptzSqlite>,
        tax_updated -> Nullable<TimestamptzSqlite>,
        assessment_estimated_net_worth -> Nullable<Text>,
        assessment_occupation -> Nullable<Text>,
        assessment_source_of_wealth -> Nullable<Text>,
        assessment_net_annual_income -> Nullable<Text>,
        assessment_source_of_funds -> Nullable<Text>,
        assessment_industry -> Nullable<Text>,
        assessment_employer_name -> Nullable<Text>,
        assessment_education_level -> Nullable<Text>,
        assessment_regular_expense -> Nullable<Text>,
        assessment_created -> Nullable<TimestamptzSqlite>,
        assessment_updated -> Nullable<TimestamptzSqlite>,
        terms_version -> Nullable<Integer>,
        terms_accepted -> Nullable<TimestamptzSqlite>,
        picture -> Nullable<Text>,
        system_statuses -> Text,
        statuses -> Text,
        accounts -> Text,
        wallets -> Text,
        total_balance -> Nullable<Text>,
        logins -> Text,
    }
}

diesel::table! {
    person_key (person_id) {
        person_id -> Text,
        master -> Text,
        wrapped -> Binary,
        created_at -> TimestamptzSqlite,
    }
}

diesel::table! {
    master_key (name) {
        name -> Text,
        created_at -> TimestamptzSqlite,
    }
}

diesel::table! {
    known_key (kind) {
        kind -> Text,
        name -> Text,
    }
}

diesel::table! {
    service_key (name) {
        name -> Text,
        master -> Text,
        wrapped -> Binary,
        created_at -> TimestamptzSqlite,
    }
}

diesel::table! {
    key_holder (server) {
        server -> Text,
        host -> Text,
        beat -> BigInt,
        keys -> Text,
    }
}

diesel::table! {
    language (language_id) {
        language_id -> Integer,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        name -> Text,
        code -> Text,
        icon -> Nullable<Text>,
        icon_square -> Nullable<Text>,
    }
}

diesel::table! {
    tenant (tenant_id) {
        tenant_id -> Integer,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        slug -> Text,
        name -> Text,
    }
}

diesel::table! {
    brand (brand_id) {
        brand_id -> Integer,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        tenant_id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    member_group (group_id) {
        group_id -> Integer,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        tenant_id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    member (member_id) {
        member_id -> Integer,
        person_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        email -> Text,
        email_key -> Nullable<Text>,
        given_name -> Text,
        family_name -> Text,
        name_folded -> Nullable<Text>,
        search_folded -> Nullable<Text>,
        language_id -> Nullable<Integer>,
        display_absolute_time -> Bool,
        profile_pic -> Nullable<Text>,
        admin_roles -> Text,
        permissions -> Text,
        is_deleted -> Bool,
        registered_at -> TimestamptzSqlite,
        created_by -> Nullable<Integer>,
        last_updated -> TimestamptzSqlite,
        last_updated_by -> Nullable<Integer>,
        password_hash -> Nullable<Text>,
    }
}

diesel::table! {
    membership (member_id, tenant_id) {
        member_id -> Integer,
        tenant_id -> Integer,
        person_id -> Text,
        version -> BigInt,
        created_at -> TimestamptzSqlite,
        updated_at -> TimestamptzSqlite,
        membership_id -> Integer,
        role -> Integer,
        status -> Integer,
        last_seen -> Nullable<TimestamptzSqlite>,
        groups -> Text,
        brands -> Text,
    }
}

diesel::table! {
    password_attempts (member_id) {
        member_id -> Integer,
        version -> BigInt,
        times -> Text,
    }
}

diesel::joinable!(account -> customer (customer_id));
diesel::allow_tables_to_appear_in_same_query!(account, customer);
diesel::allow_tables_to_appear_in_same_query!(upload, user_profile, user_override);
diesel::allow_tables_to_appear_in_same_query!(client, person_key);
diesel::allow_tables_to_appear_in_same_query!(member, membership, language);
diesel::allow_tables_to_appear_in_same_query!(person_key, known_key, master_key, service_key);
