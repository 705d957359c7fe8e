//! Export: the row of a record as it stands, which an import reads.

use profile_domain::{
    Keyed, PersonId, Text,
    account::{Account, Customer},
    change::RecordKind,
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{App, Business, Override, User},
};
use profile_ports::{Repository, Store, Unavailable};
use profile_usecases::{Ports, client::clear_values};

use super::{
    Row,
    account::AccountRow,
    app::AppRow,
    brand::BrandRow,
    business::BusinessRow,
    client::ClientRow,
    customer::CustomerRow,
    fields::ImportText,
    file::{FileRow, path_of},
    group::GroupRow,
    language::LanguageRow,
    member::MemberRow,
    tenant::TenantRow,
    user::UserRow,
};

/// A row of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRow {
    /// The JSON object, without a line feed.
    pub json: String,
    /// Where the archive has the bytes of a file.
    pub path: Option<String>,
}

/// Returns the row of the record with this key as it stands, sensitive values in clear: a user with its overrides, a member
/// with its memberships. There is none for what has ended, for a file without bytes, and for kinds that no row makes without a
/// secret that is not stored.
///
/// # Errors
/// [`Unavailable`], also where the master key of a sealed value is missing.
pub async fn exported_row(
    ports: &Ports,
    kind: RecordKind,
    key: &str,
) -> Result<Option<ExportedRow>, Unavailable> {
    let row = match kind {
        RecordKind::Customer => {
            let found = find::<Customer>(ports, key).await?;
            found.map(|(one, person)| Row::Customer(Box::new(CustomerRow::of(&one, person))))
        }
        RecordKind::Account => {
            let found = find::<Account>(ports, key).await?;
            found.map(|(one, person)| Row::Account(Box::new(AccountRow::of(&one, person))))
        }
        RecordKind::File => return file(ports, key).await,
        RecordKind::Business => {
            let found = find::<Business>(ports, key).await?;
            found.map(|(one, _)| Row::Business(Box::new(BusinessRow::of(&one))))
        }
        RecordKind::App => {
            find::<App>(ports, key).await?.map(|(one, _)| Row::App(Box::new(AppRow::of(&one))))
        }
        RecordKind::User => user(ports, key).await?,
        RecordKind::Client => client(ports, key).await?,
        RecordKind::Language => {
            let found = find::<Language>(ports, key).await?;
            found.map(|(one, _)| Row::Language(Box::new(LanguageRow::of(&one))))
        }
        RecordKind::Tenant => {
            find::<Tenant>(ports, key).await?.map(|(one, _)| Row::Tenant(Box::new(TenantRow::of(&one))))
        }
        RecordKind::Brand => {
            find::<Brand>(ports, key).await?.map(|(one, _)| Row::Brand(Box::new(BrandRow::of(&one))))
        }
        RecordKind::Group => {
            find::<Group>(ports, key).await?.map(|(one, _)| Row::Group(Box::new(GroupRow::of(&one))))
        }
        RecordKind::Member => member(ports, key).await?,
        RecordKind::Override | RecordKind::Membership | RecordKind::ApiKey | RecordKind::Upload => None,
    };
    row.map(|row| Ok(ExportedRow { json: json(&row)?, path: None })).transpose()
}

/// A record, and what its row calls its person.
type Found<T> = Option<(T, Option<ImportText>)>;

async fn find<T: Keyed>(ports: &Ports, key: &str) -> Result<Found<T>, Unavailable>
where
    dyn Store: Repository<T>,
{
    let Some(key) = T::parse_key(key) else { return Ok(None) };
    let Some(record) = ports.find::<T>(&key).await? else { return Ok(None) };
    let person = match record.person() {
        Some(person) => Some(tag(ports, person).await?),
        None => None,
    };
    Ok(Some((record, person)))
}

/// What rows call a person: as an operator does, or by the id, so that several records stay one person's.
async fn tag(ports: &Ports, person: PersonId) -> Result<ImportText, Unavailable> {
    let alias = ports.store.alias_of(person).await?;
    Ok(ImportText(alias.or_else(|| Text::try_from(person.0.to_string()).ok()).unwrap_or_default()))
}

/// The living records that belong to the one with this key.
async fn below<T: Keyed>(ports: &Ports, kind: RecordKind, key: &str) -> Result<Vec<T>, Unavailable>
where
    dyn Store: Repository<T>,
{
    let mut records = Vec::new();
    for key in ports.store.keys_below(kind, key).await? {
        let Some(key) = T::parse_key(&key) else { continue };
        records.extend(ports.find::<T>(&key).await?);
    }
    Ok(records)
}

async fn user(ports: &Ports, key: &str) -> Result<Option<Row>, Unavailable> {
    let Some((user, person)) = find::<User>(ports, key).await? else { return Ok(None) };
    let overrides = below::<Override>(ports, RecordKind::User, key).await?;
    Ok(Some(Row::User(Box::new(UserRow::of(&user, &overrides, person)))))
}

async fn member(ports: &Ports, key: &str) -> Result<Option<Row>, Unavailable> {
    let Some((member, person)) = find::<Member>(ports, key).await? else { return Ok(None) };
    let memberships = below::<Membership>(ports, RecordKind::Member, key).await?;
    Ok(Some(Row::Member(Box::new(MemberRow::of(&member, &memberships, person)))))
}

async fn client(ports: &Ports, key: &str) -> Result<Option<Row>, Unavailable> {
    let Some((client, person)) = find::<Client>(ports, key).await? else { return Ok(None) };
    let clear = clear_values(ports, &client)?;
    Ok(Some(Row::Client(Box::new(ClientRow::of(&client, &clear, person)))))
}

async fn file(ports: &Ports, key: &str) -> Result<Option<ExportedRow>, Unavailable> {
    let Some((file, person)) = find::<MediaFile>(ports, key).await? else { return Ok(None) };
    if ports.media.size(&file.file_name()).await?.is_none() {
        return Ok(None);
    }
    let path = path_of(&file);
    let row = Row::File(Box::new(FileRow::of(&file, path.clone(), person)));
    Ok(Some(ExportedRow { json: json(&row)?, path: Some(path) }))
}

fn json(row: &Row) -> Result<String, Unavailable> {
    serde_json::to_string(row).map_err(|error| Unavailable { what: "a row", source: error.into() })
}
