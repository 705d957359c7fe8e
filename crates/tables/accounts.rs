//! Trading accounts.

use async_trait::async_trait;
use diesel::prelude::*;
use profile_domain::account::{Account, CustomerId, Login, Money, Owner, Profile, Terms};
use profile_ports::{Accounts, Commit, CommitError, Unavailable};

use crate::{
    Store,
    column::{self, Id},
    reading::{Unreadable, text},
    schema::{account, customer},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = account, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct AccountRow {
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
            person_id: column::id(person.0),
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
type Found = (AccountRow, Option<bool>);

fn read((row, owner_enabled): Found) -> Result<Account, Unreadable> {
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
    Ok(Account {
        login: Login::try_from(i64::from(login)).map_err(|_| Unreadable)?,
        person: column::person(person_id)?,
        version,
        owner: customer_id.map(|id| Owner { id: CustomerId(id), enabled }),
        profile: Profile {
            name: text(name)?,
            avatar: text(avatar)?,
            phone: text(phone)?,
            address: text(address)?,
            city: text(city)?,
            state: text(state)?,
            country: text(country)?,
            zipcode: text(zipcode)?,
            user_color: text(user_color)?,
        },
        terms: Terms {
            email: text(email)?,
            group: text(group)?,
            currency: text(currency)?,
            comment: text(comment)?,
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

#[async_trait]
impl Accounts for Store {
    async fn find_account(&self, login: Login) -> Result<Option<Account>, Unavailable> {
        let query = account::table
            .left_join(customer::table)
            .filter(account::login.eq(login.number()))
            .select((AccountRow::as_select(), customer::enable.nullable()));
        first!(self, Found, query)?.map(read).transpose().map_err(Unavailable::database)
    }

    async fn accounts_of(&self, owner: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        let query = account::table
            .left_join(customer::table)
            .filter(account::customer_id.eq(owner.0))
            .order(account::login)
            .limit(limit.into())
            .select((AccountRow::as_select(), customer::enable.nullable()));
        look_up!(self, Found, query)?
            .into_iter()
            .map(|found| read(found).map_err(Unavailable::database))
            .collect()
    }

    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
        if avatars.is_empty() {
            return Ok(Vec::new());
        }
        let shown = account::table.filter(account::avatar.eq_any(avatars.to_vec())).select(account::avatar);
        load!(self, String, shown)
    }

    async fn commit_account(&self, commit: Commit<Account>) -> Result<(), CommitError> {
        commit!(self, commit, account, AccountRow, |row| account::login.eq(row.login))
    }
}
