//! Trading accounts.

use diesel::{
    prelude::*,
    sql_types::{Nullable, Text},
};
use profile_domain::account::{Account, CustomerId, Login, Money, Owner, Profile, Terms};
use profile_ports::Unavailable;

use crate::{
    column::Id,
    engine::Queries,
    reading::{Unreadable, records, text},
    schema::{account, customer},
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of an account.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = account, treat_none_as_null = true)]
pub struct AccountRow {
    login: i32,
    person_id: Id,
    customer_id: Option<i64>,
    version: i64,
    update_time: i64,
    name: String,
    avatar: String,
    phone: String,
    address: String,
    city: String,
    state: String,
    country: String,
    zipcode: String,
    user_color: String,
    email: String,
    group: String,
    currency: String,
    comment: String,
    enable: bool,
    enable_read_only: bool,
    enable_change_password: bool,
    leverage: i64,
    regdate: i64,
    prevbalance: f64,
    prevmonthbalance: f64,
    balance: f64,
    storage: f64,
    commission: f64,
    credit: f64,
    margin: f64,
    margin_free: f64,
    margin_level: f64,
    equity: f64,
}

impl From<Account> for AccountRow {
    fn from(account: Account) -> Self {
        let Account { login, person, version, owner, profile, terms, money, update_time } = account;
        let Profile { name, avatar, phone, address, city, state, country, zipcode, user_color } = profile;
        let Terms {
            email,
            group,
            currency,
            comment,
            enable,
            enable_read_only,
            enable_change_password,
            leverage,
            regdate,
        } = terms;
        let Money {
            prevbalance,
            prevmonthbalance,
            balance,
            storage,
            commission,
            credit,
            margin,
            margin_free,
            margin_level,
            equity,
        } = money;
        Self {
            login: login.number(),
            person_id: person.into(),
            customer_id: owner.map(|owner| owner.id.0),
            version,
            update_time,
            name: name.into_string(),
            avatar: avatar.into_string(),
            phone: phone.into_string(),
            address: address.into_string(),
            city: city.into_string(),
            state: state.into_string(),
            country: country.into_string(),
            zipcode: zipcode.into_string(),
            user_color: user_color.into_string(),
            email: email.into_string(),
            group: group.into_string(),
            currency: currency.into_string(),
            comment: comment.into_string(),
            enable,
            enable_read_only,
            enable_change_password,
            leverage,
            regdate,
            prevbalance,
            prevmonthbalance,
            balance,
            storage,
            commission,
            credit,
            margin,
            margin_free,
            margin_level,
            equity,
        }
    }
}

/// An account, and whether its owner, if it has one, is enabled.
#[derive(Queryable)]
pub struct AccountFound {
    row: AccountRow,
    owner_enabled: Option<bool>,
}

impl TryFrom<AccountFound> for Account {
    type Error = Unreadable;

    fn try_from(AccountFound { row, owner_enabled }: AccountFound) -> Result<Self, Unreadable> {
        let AccountRow {
            login,
            person_id,
            customer_id,
            version,
            update_time,
            name,
            avatar,
            phone,
            address,
            city,
            state,
            country,
            zipcode,
            user_color,
            email,
            group,
            currency,
            comment,
            enable,
            enable_read_only,
            enable_change_password,
            leverage,
            regdate,
            prevbalance,
            prevmonthbalance,
            balance,
            storage,
            commission,
            credit,
            margin,
            margin_free,
            margin_level,
            equity,
        } = row;
        let enabled = owner_enabled.unwrap_or(false);
        Ok(Self {
            login: Login::try_from(i64::from(login)).map_err(|_| Unreadable("login"))?,
            person: person_id.person()?,
            version,
            owner: customer_id.map(|id| Owner { id: CustomerId(id), enabled }),
            profile: Profile {
                name: text("name", name)?,
                avatar: text("avatar", avatar)?,
                phone: text("phone", phone)?,
                address: text("address", address)?,
                city: text("city", city)?,
                state: text("state", state)?,
                country: text("country", country)?,
                zipcode: text("zipcode", zipcode)?,
                user_color: text("user_color", user_color)?,
            },
            terms: Terms {
                email: text("email", email)?,
                group: text("group", group)?,
                currency: text("currency", currency)?,
                comment: text("comment", comment)?,
                enable,
                enable_read_only,
                enable_change_password,
                leverage,
                regdate,
            },
            money: Money {
                prevbalance,
                prevmonthbalance,
                balance,
                storage,
                commission,
                credit,
                margin,
                margin_free,
                margin_level,
                equity,
            },
            update_time,
        })
    }
}

impl Stored for Account {
    type Row = AccountRow;
    type Found = AccountFound;

    fn by_key(login: &Login) -> impl Select<SavedRow<AccountFound>> + use<> {
        account::table
            .left_join(customer::table.on(is_owner()))
            .filter(account::root.eq(root_of::<Self>(login)).and(account::login.eq(login.number())))
            .select((
                (columns_of::<AccountRow>(), customer::enable.nullable()),
                account::updated_at,
                account::chain,
            ))
            .limit(1)
    }

    fn insert(row: AccountRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (account::created_at.eq(at), account::updated_at.eq(at), account::chain.eq(chain));
        diesel::insert_into(account::table).values((account::root.eq(root), row, mark))
    }

    fn update(row: AccountRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = account::root.eq(root).and(account::login.eq(row.login)).and(account::version.eq(base));
        Update::new(&account::table, (row, account::updated_at.eq(at), account::chain.eq(chain)), found)
    }

    fn delete(login: &Login, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(login), login.number());
        diesel::delete(account::table.find(key).filter(account::version.eq(base)))
    }
}

/// Returns at most `limit` accounts of a customer, by login.
pub async fn accounts_of(
    engine: &impl Queries,
    owner: CustomerId,
    limit: u32,
) -> Result<Vec<Account>, Unavailable> {
    records("account", engine.look_up(of_customer(owner, limit)).await?)
}

/// The join of an account with its owner.
#[diesel::dsl::auto_type]
fn is_owner() -> _ {
    // An owner's root is its number as text.
    let root = account::customer_id.cast::<Nullable<Text>>();
    customer::root.nullable().eq(root).and(customer::customer_id.nullable().eq(account::customer_id))
}

fn of_customer(owner: CustomerId, limit: u32) -> impl Select<AccountFound> {
    account::table
        .left_join(customer::table.on(is_owner()))
        .filter(account::customer_id.eq(owner.0))
        .order(account::login)
        .limit(limit.into())
        .select((columns_of::<AccountRow>(), customer::enable.nullable()))
}

/// Returns which of these avatars any account shows.
pub async fn shown_avatars(engine: &impl Queries, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
    if avatars.is_empty() {
        return Ok(Vec::new());
    }
    engine.load(account::table.filter(account::avatar.eq_any(avatars.to_vec())).select(account::avatar)).await
}
