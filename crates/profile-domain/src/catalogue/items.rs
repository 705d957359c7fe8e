//! What the lists and objects of the catalogue are made of: the items of imports and of the operator API, each once.

use crate::{
    client::SystemStatus,
    field::{
        Content, Default, Field,
        FieldType::{self, Decimal, Flag, Integer, Json, List, Object, SentNumber},
    },
    rule::TextRule,
    users::SocialLink,
};

const INTEGER_32: FieldType = FieldType::INTEGER_32;
/// The limit of texts that only the size of a request bounds.
const NO_LIMIT: usize = usize::MAX;

const fn text(name: &'static str) -> Field {
    Field::text(name, NO_LIMIT, TextRule::Any)
}

const fn moment(name: &'static str) -> Field {
    Field::text(name, NO_LIMIT, TextRule::LocalMoment)
}

const fn zero(name: &'static str) -> Field {
    text(name).or(Default::Text("0"))
}

const fn value(holds: FieldType) -> Field {
    Field::new("", holds)
}

/// A business that a user belongs to.
pub(crate) const BUSINESS_ID: Field = Field::text("", NO_LIMIT, TextRule::BusinessId).mandatory();
/// The name of a permission.
pub(crate) const WORD: Field = text("").mandatory();
/// From where a key may be used.
pub(crate) const NETWORK: Field = Field::text("", NO_LIMIT, TextRule::Network).mandatory();
/// A role or a permission of a global administrator.
pub(crate) const NUMBER: Field = value(INTEGER_32).mandatory();
/// What the system allows a client.
pub(crate) const SYSTEM_STATUS: Field =
    Field::text("", NO_LIMIT, TextRule::OneOf(&SystemStatus::NAMES)).mandatory();

/// A picture on a profile: the upload and its rendition.
pub(crate) const PICTURE: [Field; 2] = [text("id").mandatory(), text("rendition").mandatory()];

/// A profile elsewhere.
pub(crate) const SOCIAL_LINK: [Field; 4] = [
    Field::text("website", NO_LIMIT, TextRule::OneOf(&SocialLink::WEBSITES)).mandatory(),
    text("url").mandatory(),
    text("username").nullable(),
    Field::new("verified", Flag),
];

/// What a user holds of one currency.
pub(crate) const HOLDING: [Field; 6] = [
    text("symbol").mandatory(),
    text("name").mandatory(),
    Field::text("balance", NO_LIMIT, TextRule::Decimal).mandatory(),
    Field::new("price_usd", Decimal).nullable(),
    text("icon_url").nullable(),
    Field::new("breakdown", Object).of(Content::Members(&BREAKDOWN)),
];

const BREAKDOWN: [Field; 5] = [
    zero("available"),
    zero("pending"),
    zero("reserve"),
    zero("in_transit"),
    Field::new("pending_settlements", List).of(Content::Members(&SETTLEMENT)),
];

const SETTLEMENT: [Field; 2] = [text("amount").mandatory(), text("date").mandatory()];

/// What a business lets an app do.
pub(crate) const INSTALL: [Field; 2] = [
    Field::text("account_id", NO_LIMIT, TextRule::BusinessId).mandatory(),
    Field::new("permissions", List).of(Content::Values(&WORD)).mandatory(),
];

/// A group that a member is in.
pub(crate) const GROUP: [Field; 2] = [Field::new("id", INTEGER_32).mandatory(), Field::new("is_admin", Flag)];

/// A brand that a member works for.
pub(crate) const BRAND: [Field; 2] =
    [Field::new("brand_id", INTEGER_32).mandatory(), Field::new("role", INTEGER_32).mandatory()];

/// A row of a client's statuses (contract client, section 4).
pub(crate) const STATUS: [Field; 7] = [
    Field::new("id", Integer).nullable(),
    Field::new("client_id", Integer).nullable(),
    text("status_code").mandatory(),
    text("staff_identifier").nullable(),
    text("reason").nullable(),
    moment("created_time").nullable(),
    moment("updated_time").nullable(),
];

/// A trading account of a client.
pub(crate) const ACCOUNT: [Field; 7] = [
    text("platform_account_id").mandatory(),
    text("currency").mandatory(),
    Field::new("metadata", Object).of(Content::Members(&METADATA)).nullable(),
    Field::new("account", Object).of(Content::Members(&COUNTERPARTIES)).nullable(),
    Field::new("platform", Object).of(Content::Members(&PLATFORM)).nullable(),
    text("balance").mandatory(),
    text("image").nullable(),
];

const METADATA: [Field; 2] = [text("type").nullable(), text("group").nullable()];

const COUNTERPARTIES: [Field; 2] = [
    Field::new("id", Json).mandatory(),
    Field::new("counterparty", Object).of(Content::Members(&COUNTERPARTY)).nullable(),
];

const COUNTERPARTY: [Field; 2] = [text("code").nullable(), text("name").nullable()];

const PLATFORM: [Field; 4] = [
    text("code").nullable(),
    text("provider").nullable(),
    text("description").nullable(),
    text("platform_type").nullable(),
];

/// A wallet of a client.
pub(crate) const WALLET: [Field; 9] = [
    Field::new("id", Json).mandatory(),
    Field::new("client_id", Integer).nullable(),
    text("wallet_type").or(Default::Text("real")),
    text("currency").mandatory(),
    Field::new("balance", SentNumber).mandatory(),
    Field::new("cashier", Json).nullable(),
    Field::new("counterparty_id", Json).nullable(),
    moment("created_time").nullable(),
    moment("updated_time").nullable(),
];

/// A login of a client.
pub(crate) const LOGIN: [Field; 7] = [
    text("action").mandatory(),
    moment("datetime").mandatory(),
    text("ip").nullable(),
    text("country").nullable(),
    text("browser").nullable(),
    text("device").nullable(),
    Field::new("status", Json).nullable(),
];

/// The sum of everything that a client has.
pub(crate) const SUM: [Field; 2] = [text("amount").mandatory(), text("currency").mandatory()];
