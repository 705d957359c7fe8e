//! Clients: one row each, as their records are read and committed together.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{
    Text,
    client::{Client, Imported, SystemStatus, Terms},
    sealed::WrappedKey,
};
use profile_ports::{Clients, Commit, CommitError, Unavailable, columns};
use uuid::Uuid;

use crate::{
    Store,
    beside::Beside,
    client_records::{AddressColumns, AssessmentColumns, ProfileColumns, TaxColumns},
    column::{self, Id, Json},
    reading::{Unreadable, text},
    schema::{client, person_key},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct ClientRow {
    sub: Id,
    person_id: Id,
    version: i64,
    client_id: i64,
    #[diesel(embed)]
    profile: ProfileColumns,
    #[diesel(embed)]
    address: AddressColumns,
    #[diesel(embed)]
    tax: TaxColumns,
    #[diesel(embed)]
    assessment: AssessmentColumns,
    terms_version: Option<i32>,
    terms_accepted: Option<DateTime<Utc>>,
    picture: Option<String>,
    system_statuses: Json,
    statuses: Json,
    accounts: Json,
    wallets: Json,
    total_balance: Option<String>,
    logins: Json,
}

/// A client and the key of their person, if there is one.
type Found = (ClientRow, Option<String>, Option<Vec<u8>>);

impl From<Client> for ClientRow {
    fn from(client: Client) -> Self {
        let Client {
            sub,
            person,
            version,
            client_id,
            key: _,
            profile,
            address,
            tax,
            assessment,
            terms,
            picture,
            system_statuses,
            imported,
        } = client;
        let Imported { statuses, accounts, wallets, total_balance, logins } = imported;
        let items = |items: &[Text]| column::json(columns::words(items.iter().map(Text::as_str)));
        Self {
            sub: column::id(sub),
            person_id: column::id(person.0),
            version,
            client_id,
            profile: profile.into(),
            address: address.into(),
            tax: tax.into(),
            assessment: assessment.into(),
            terms_version: terms.map(|terms| terms.version),
            terms_accepted: terms.map(|terms| terms.accepted),
            picture,
            system_statuses: column::json(columns::words(system_statuses.iter().map(|one| one.name()))),
            statuses: items(&statuses),
            accounts: items(&accounts),
            wallets: items(&wallets),
            total_balance: total_balance.map(Text::into_string),
            logins: items(&logins),
        }
    }
}

fn read((row, master, wrapped): Found) -> Result<Client, Unreadable> {
    let ClientRow {
        sub,
        person_id,
        version,
        client_id,
        profile,
        address,
        tax,
        assessment,
        terms_version,
        terms_accepted,
        picture,
        system_statuses,
        statuses,
        accounts,
        wallets,
        total_balance,
        logins,
    } = row;
    let items = |column: Json| {
        let column = column::read_json(column)?;
        columns::read_words(&column, |item| Text::try_from(item).ok()).map_err(|_| Unreadable)
    };
    Ok(Client {
        sub: column::uuid(sub)?,
        person: column::person(person_id)?,
        version,
        client_id,
        key: master.zip(wrapped).map(|(master, bytes)| WrappedKey { master, bytes }),
        profile: profile.try_into()?,
        address: address.try_into()?,
        tax: tax.try_into()?,
        assessment: assessment.try_into()?,
        terms: terms_version.zip(terms_accepted).map(|(version, accepted)| Terms { version, accepted }),
        picture,
        system_statuses: columns::read_words(&column::read_json(system_statuses)?, SystemStatus::from_name)
            .map_err(|_| Unreadable)?,
        imported: Imported {
            statuses: items(statuses)?,
            accounts: items(accounts)?,
            wallets: items(wallets)?,
            total_balance: total_balance.map(text).transpose()?,
            logins: items(logins)?,
        },
    })
}

#[async_trait]
impl Clients for Store {
    async fn find_client(&self, sub: Uuid) -> Result<Option<Client>, Unavailable> {
        let query = client::table
            .left_join(person_key::table.on(person_key::person_id.eq(client::person_id)))
            .filter(client::sub.eq(column::id(sub)))
            .select((ClientRow::as_select(), person_key::master.nullable(), person_key::wrapped.nullable()));
        first!(self, Found, query)?.map(read).transpose().map_err(Unavailable::database)
    }

    async fn commit_client(
        &self,
        commit: Commit<Client>,
        fresh_key: Option<&WrappedKey>,
    ) -> Result<(), CommitError> {
        let (sub, beside) = (commit.next.sub, Beside::of(&commit, fresh_key));
        commit!(self, commit, client, ClientRow, |_row| client::sub.eq(column::id(sub)), beside)
    }

    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        self.next_number().await
    }
}
