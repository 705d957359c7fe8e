//! Clients: one row each, as their records are read and committed together. A record that is there has its time of creation.

mod address;
mod assessment;
mod profile;
mod tax;

use chrono::DateTime;
use diesel::prelude::*;
use profile_domain::{
    Saved, Text,
    client::{Client, Imported, SystemStatus, Terms, Times},
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{Unavailable, columns};
use uuid::Uuid;

use self::{
    address::AddressColumns, assessment::AssessmentColumns, profile::ProfileColumns, tax::TaxColumns,
};
use crate::{
    column::{Id, Instant, Json},
    engine::Queries,
    person_key::find_person_key,
    reading::{Unreadable, text},
    schema::{client, person_key},
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of, saved},
    update::Update,
};

/// The row of a client.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, treat_none_as_null = true)]
pub struct ClientRow {
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
    terms_accepted: Option<Instant>,
    picture: Option<String>,
    system_statuses: Json,
    statuses: Json,
    accounts: Json,
    wallets: Json,
    total_balance: Option<String>,
    logins: Json,
}

/// A client and the key of their person, if there is one.
#[derive(Queryable)]
pub struct ClientFound {
    row: ClientRow,
    master: Option<String>,
    wrapped: Option<Vec<u8>>,
}

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
        let items = |items: &[Text]| Json::from(columns::words(items.iter().map(Text::as_str)));
        Self {
            sub: sub.into(),
            person_id: person.into(),
            version,
            client_id,
            profile: profile.into(),
            address: address.into(),
            tax: tax.into(),
            assessment: assessment.into(),
            terms_version: terms.map(|terms| terms.version),
            terms_accepted: terms.map(|terms| terms.accepted.into()),
            picture,
            system_statuses: Json::from(columns::words(system_statuses.iter().map(|one| one.name()))),
            statuses: items(&statuses),
            accounts: items(&accounts),
            wallets: items(&wallets),
            total_balance: total_balance.map(Text::into_string),
            logins: items(&logins),
        }
    }
}

impl TryFrom<ClientFound> for Client {
    type Error = Unreadable;

    fn try_from(ClientFound { row, master, wrapped }: ClientFound) -> Result<Self, Unreadable> {
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
            columns::read_words(&column.value()?, |item| Text::try_from(item).ok())
                .map_err(|_| Unreadable("items"))
        };
        Ok(Self {
            sub: sub.uuid()?,
            person: person_id.person()?,
            version,
            client_id,
            key: master.zip(wrapped).map(|(master, bytes)| WrappedKey { master, bytes }),
            profile: profile.try_into()?,
            address: address.try_into()?,
            tax: tax.try_into()?,
            assessment: assessment.try_into()?,
            terms: terms_version
                .zip(terms_accepted)
                .map(|(version, accepted)| Terms { version, accepted: accepted.into() }),
            picture,
            system_statuses: columns::read_words(&system_statuses.value()?, SystemStatus::from_name)
                .map_err(|_| Unreadable("system_statuses"))?,
            imported: Imported {
                statuses: items(statuses)?,
                accounts: items(accounts)?,
                wallets: items(wallets)?,
                total_balance: total_balance.map(|column| text("total_balance", column)).transpose()?,
                logins: items(logins)?,
            },
        })
    }
}

impl Stored for Client {
    type Row = ClientRow;
    type Found = ClientFound;

    fn by_key(sub: &Uuid) -> impl Select<SavedRow<ClientFound>> + use<> {
        client::table
            .left_join(person_key::table.on(person_key::person_id.eq(client::person_id)))
            .filter(client::root.eq(root_of::<Self>(sub)).and(client::sub.eq(Id::from(*sub))))
            .limit(1)
            .select((
                (columns_of::<ClientRow>(), person_key::master.nullable(), person_key::wrapped.nullable()),
                client::updated_at,
                client::chain,
            ))
    }

    async fn find<E: Queries>(engine: &E, sub: &Uuid) -> Result<Option<Saved<Self>>, Unavailable> {
        let unreadable = |unreadable: Unreadable| unreadable.of("client", sub.to_string());
        if engine.joins_roots().await? {
            let found = engine.first(Self::by_key(sub)).await?;
            return found.map(saved).transpose().map_err(unreadable);
        }
        // The key has the root of its person, so each of the two is asked for where it is.
        let Some((row, at, chain)) = engine.first(alone(sub)).await? else { return Ok(None) };
        let person = row.person_id.person().map_err(unreadable)?;
        let key = find_person_key(engine, person).await?;
        let (master, wrapped) = key.map(|WrappedKey { master, bytes }| (master, bytes)).unzip();
        saved((ClientFound { row, master, wrapped }, at, chain)).map(Some).map_err(unreadable)
    }

    fn insert(row: ClientRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (client::created_at.eq(at), client::updated_at.eq(at), client::chain.eq(chain));
        diesel::insert_into(client::table).values((client::root.eq(root), row, mark))
    }

    fn update(row: ClientRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = client::root.eq(root).and(client::sub.eq(row.sub)).and(client::version.eq(base));
        Update::new(&client::table, (row, client::updated_at.eq(at), client::chain.eq(chain)), found)
    }

    fn delete(sub: &Uuid, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(sub), Id::from(*sub));
        diesel::delete(client::table.find(key).filter(client::version.eq(base)))
    }
}

/// The query for a client without the key.
fn alone(sub: &Uuid) -> impl Select<SavedRow<ClientRow>> + use<> {
    let key = (root_of::<Client>(sub), Id::from(*sub));
    client::table.find(key).limit(1).select((columns_of::<ClientRow>(), client::updated_at, client::chain))
}

type Moment = Option<Instant>;

fn times(created: Instant, updated: Moment) -> Times {
    Times { created: created.into(), updated: updated.map(DateTime::from) }
}

fn needed(name: &'static str, column: Option<String>) -> Result<Text, Unreadable> {
    text(name, column.ok_or(Unreadable(name))?)
}

fn optional(name: &'static str, column: Option<String>) -> Result<Option<Text>, Unreadable> {
    column.map(|column| text(name, column)).transpose()
}

fn sealed(name: &'static str, column: Option<Vec<u8>>) -> Result<Sealed, Unreadable> {
    column.map(Sealed).ok_or(Unreadable(name))
}
