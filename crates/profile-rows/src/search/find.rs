//! Who is found.

use std::collections::BTreeSet;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::search::{Form, Name, PersonQuery, Term},
};
use profile_ports::{Page, PersonSearch, SearchMatch, Unavailable};
use serde_json::{Value, json};

use crate::{column::Id, engine::Queries, reading::Unreadable, sql};

/// What the caller may find by, and among.
const SCOPE: &str = "\
    (CAST(:json ->> 'personal' AS boolean) OR NOT personal) \
    AND (json_array_length(:json -> 'kinds') = 0 OR kind IN (SELECT value FROM :texts(:json -> 'kinds')))";
const BEHIND: &str = "person_id > (:json ->> 'after'):as_id";
const PAGE: &str = "ORDER BY person_id LIMIT CAST(:json ->> 'limit' AS bigint)";

/// The forms of identifiers, each with what equals the query.
///
/// Of two phones, one ends the other: only digits are compared, so nothing is a wildcard of `LIKE`.
const FORMS: [(Form, &str); 3] = [
    (Form::Key, "term = :json ->> 'key'"),
    (Form::Identifier, "term = :json ->> 'identifier'"),
    (
        Form::Phone,
        "term = :json ->> 'phone' AND (digits = :json ->> 'digits' \
         OR (length(:json ->> 'significant') >= 7 AND length(ltrim(digits, '0')) >= 7 \
         AND (ltrim(digits, '0') LIKE '%' || (:json ->> 'significant') \
         OR :json ->> 'significant' LIKE '%' || ltrim(digits, '0'))))",
    ),
];

/// How many rows of the list are looked at first, in its order: where many names have the words, the page is full then.
const FIRST_ROWS: usize = 250;
/// Most rows whose names have all pieces of the words of which all are looked at, and sorted.
const MAX_FEW: usize = 5_000;
/// How many more rows of the list are looked at, in each step, where more names have the pieces. If the page is not full then, few of
/// them have the words.
const MORE_ROWS: [usize; 2] = [1_000, 4_000];

/// Most reasons of one kind that are returned for a person. A phone may be two: its text, and its digits.
const MAX_MATCHES: u32 = 10;

#[derive(QueryableByName)]
struct PersonRow {
    #[diesel(sql_type = sql::Id)]
    person_id: Id,
}

/// The rows that were looked at, and the last person among them; or with -1, somebody who is found.
#[derive(QueryableByName)]
struct LookedAtRow {
    #[diesel(sql_type = Nullable<sql::Id>)]
    person_id: Option<Id>,
    #[diesel(sql_type = BigInt)]
    looked_at: i64,
}

/// The record that is found.
#[derive(QueryableByName)]
struct RecordRow {
    #[diesel(sql_type = sql::Id)]
    person_id: Id,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    key: String,
}

#[derive(QueryableByName)]
struct TermRow {
    #[diesel(embed)]
    record: RecordRow,
    #[diesel(sql_type = Text)]
    form: String,
    #[diesel(sql_type = Text)]
    field: String,
    #[diesel(sql_type = Text)]
    term: String,
    #[diesel(sql_type = Text)]
    digits: String,
}

#[derive(QueryableByName)]
struct NamesRow {
    #[diesel(embed)]
    record: RecordRow,
    #[diesel(sql_type = Text)]
    fields: String,
    #[diesel(sql_type = Text)]
    names: String,
}

/// Returns a page of the people whom an identifier equals.
pub(crate) async fn find_identified<E: Queries>(
    engine: &E,
    search: &PersonSearch,
    page: Page<PersonId>,
) -> Result<Vec<PersonId>, Unavailable> {
    let branches = FORMS.map(|(form, equals)| {
        let form = form.name();
        format!(
            "SELECT person_id FROM (SELECT DISTINCT person_id FROM search_term \
             WHERE form = '{form}' AND {equals} AND {SCOPE} AND {BEHIND} {PAGE}) AS by_{form}"
        )
    });
    let text = format!("SELECT person_id FROM ({}) AS found {PAGE}", branches.join(" UNION "));
    let parameter = parameter(search, &[], page);
    persons(engine.list(sql_query(E::SEARCH.translated(&text)).bind::<Text, _>(parameter)).await?)
}

/// Returns a page of the people of whom one record has all words in its names.
pub(crate) async fn find_named<E: Queries>(
    engine: &E,
    search: &PersonSearch,
    page: Page<PersonId>,
) -> Result<Vec<PersonId>, Unavailable> {
    if search.query.words.is_empty() {
        return Ok(Vec::new());
    }
    NameSearch { engine, search, limit: page.limit }.run(page.after).await
}

/// A search of names.
struct NameSearch<'a, E> {
    engine: &'a E,
    search: &'a PersonSearch,
    limit: u32,
}

/// Rows that were looked at.
#[derive(Default)]
struct LookedAt {
    rows: usize,
    /// The last person of whom there was a row.
    last: Option<PersonId>,
    /// Those whose names have all words.
    persons: Vec<PersonId>,
}

/// How far the list was looked at in its order.
struct Walk {
    after: Option<PersonId>,
    /// Whether rows of the last person come again: there may be more of them than were looked at.
    again: bool,
    found: Vec<PersonId>,
}

impl Walk {
    /// The condition of the rows that come next.
    fn behind(&self) -> String {
        format!("person_id {} (:json ->> 'after'):as_id", if self.again { ">=" } else { ">" })
    }
}

impl<E: Queries> NameSearch<'_, E> {
    /// Returns the first people of the list, by what is quickest for as many as there are.
    async fn run(&self, after: Option<PersonId>) -> Result<Vec<PersonId>, Unavailable> {
        let mut walk = Walk { after, again: false, found: Vec::new() };
        if self.step(&mut walk, FIRST_ROWS).await? {
            return Ok(walk.found);
        }
        let few = format!("{} AND {BEHIND} LIMIT {}", E::SEARCH.with_grams, MAX_FEW + 1);
        let few = self.look_at(&few, after).await?;
        if few.rows <= MAX_FEW {
            return Ok(few.persons);
        }
        for rows in MORE_ROWS {
            if self.step(&mut walk, rows).await? {
                return Ok(walk.found);
            }
        }
        let others = format!("{} AND {}", E::SEARCH.with_grams, walk.behind());
        let others = self.look_at(&others, walk.after).await?;
        self.add(&mut walk.found, others.persons);
        Ok(walk.found)
    }

    /// Looks at so many rows in the order of the list; returns whether the page is full, or the list at its end.
    async fn step(&self, walk: &mut Walk, rows: usize) -> Result<bool, Unavailable> {
        let next = format!(
            "SELECT person_id, kind, personal, names FROM search_record WHERE {} ORDER BY person_id LIMIT {rows}",
            walk.behind()
        );
        let looked_at = self.look_at(&next, walk.after).await?;
        self.add(&mut walk.found, looked_at.persons);
        // Who has all of these rows is left behind.
        walk.again = !(walk.again && looked_at.last == walk.after);
        walk.after = looked_at.last;
        Ok(looked_at.rows < rows || walk.found.len() == self.limit as usize)
    }

    /// Adds people to those who were found before them, each once, up to a full page.
    fn add(&self, found: &mut Vec<PersonId>, persons: Vec<PersonId>) {
        found.extend(persons);
        found.dedup();
        found.truncate(self.limit as usize);
    }

    async fn look_at(&self, rows: &str, after: Option<PersonId>) -> Result<LookedAt, Unavailable> {
        // Materialized: whoever plans the query does not know how many rows have the words, and shall not guess.
        let text = format!(
            "WITH looked_at AS MATERIALIZED ({rows}) \
             SELECT (SELECT person_id FROM looked_at ORDER BY person_id DESC LIMIT 1) AS person_id, \
                 (SELECT count(*) FROM looked_at) AS looked_at \
             UNION ALL SELECT person_id, -1 FROM (SELECT DISTINCT person_id FROM looked_at \
             WHERE {SCOPE} AND {words} {PAGE}) AS found",
            words = words(&self.search.query),
        );
        let parameter = parameter(self.search, &[], Page { after, limit: self.limit });
        let query = sql_query(E::SEARCH.translated(&text)).bind::<Text, _>(parameter);
        let mut looked_at = LookedAt::default();
        for LookedAtRow { person_id, looked_at: rows } in self.engine.search(query).await? {
            let person = person_id.map(Id::person).transpose();
            let person = person.map_err(|unreadable| unreadable.of("search_record", "of a search"))?;
            match usize::try_from(rows) {
                Ok(rows) => (looked_at.rows, looked_at.last) = (rows, person),
                Err(_) => looked_at.persons.extend(person),
            }
        }
        looked_at.persons.sort_unstable();
        Ok(looked_at)
    }
}

/// Returns the condition that all words of the query are in the names of a row, each in one of them: names are lines, and no
/// word has a space in it.
fn words(query: &PersonQuery) -> String {
    let word = |number| format!(":position(names, :json -> 'words' ->> {number}) > 0");
    (0..query.words.len()).map(word).collect::<Vec<_>>().join(" AND ")
}

/// Returns why people are found.
pub(crate) async fn search_matches<E: Queries>(
    engine: &E,
    search: &PersonSearch,
    persons: &[PersonId],
) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let query = &search.query;
    let parameter = parameter(search, persons, Page::first(0));
    let forms = FORMS.map(|(form, equals)| format!("(form = '{}' AND {equals})", form.name())).join(" OR ");
    let text = of_persons("term, form, field, digits", "search_term", &format!("({forms})"));
    let terms =
        engine.list(sql_query(E::SEARCH.translated(&text)).bind::<Text, _>(parameter.clone())).await?;
    let mut matches = Vec::new();
    for row in terms {
        matches.extend(
            identifier(query, row).map_err(|unreadable| unreadable.of("search_term", "of a search"))?,
        );
    }
    if query.words.is_empty() {
        return Ok(matches);
    }
    let text = of_persons("fields, names", "search_record", &words(query));
    for row in engine.list(sql_query(E::SEARCH.translated(&text)).bind::<Text, _>(parameter)).await? {
        matches
            .extend(names(query, row).map_err(|unreadable| unreadable.of("search_record", "of a search"))?);
    }
    Ok(matches)
}

/// Returns the statement for the rows of people that match, the first few of each.
fn of_persons(columns: &str, table: &str, matches: &str) -> String {
    format!(
        "SELECT person_id, kind, key, {columns} FROM (SELECT person_id, kind, key, {columns}, \
         row_number() OVER (PARTITION BY person_id ORDER BY kind, key) AS place FROM {table} \
         WHERE person_id IN (SELECT (value):as_id FROM :texts(:json -> 'persons')) AND {SCOPE} AND {matches}) AS found \
         WHERE place <= {MAX_MATCHES}"
    )
}

fn parameter(search: &PersonSearch, persons: &[PersonId], page: Page<PersonId>) -> String {
    let PersonSearch { query, scope } = search;
    let phone = query.phone.as_ref();
    let parameter: Value = json!({
        "key": query.key,
        "identifier": query.identifier,
        "phone": phone.map(|phone| &phone.term),
        "digits": phone.map(|phone| &phone.digits),
        "significant": phone.map(|phone| &phone.significant),
        "words": query.words,
        "grams": query.grams(),
        "gram_array": array(&query.grams()),
        "personal": scope.with_personal,
        "kinds": scope.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "persons": persons.iter().map(|person| person.0).collect::<Vec<_>>(),
        "after": page.after.map_or(uuid::Uuid::nil(), |person| person.0),
        "limit": page.limit,
    });
    parameter.to_string()
}

/// Returns texts as PostgreSQL writes an array of them: a planner that sees the pieces themselves knows how rare they are.
fn array(texts: &BTreeSet<String>) -> String {
    let quoted = |text: &String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    format!("{{{}}}", texts.iter().map(quoted).collect::<Vec<_>>().join(","))
}

fn persons(rows: Vec<PersonRow>) -> Result<Vec<PersonId>, Unavailable> {
    let read = |row: PersonRow| row.person_id.person();
    let persons: Result<_, Unreadable> = rows.into_iter().map(read).collect();
    persons.map_err(|unreadable| unreadable.of("search_record", "of a search"))
}

/// Reads the kind of a row; that of what an operator calls a person is empty.
fn kind_of(name: &str) -> Result<Option<RecordKind>, Unreadable> {
    if name.is_empty() {
        return Ok(None);
    }
    RecordKind::from_name(name).map(Some).ok_or(Unreadable("kind"))
}

fn identifier(query: &PersonQuery, row: TermRow) -> Result<Option<(PersonId, SearchMatch)>, Unreadable> {
    let TermRow { record: RecordRow { person_id, kind, key }, form, field, term, digits } = row;
    let form = Form::from_name(&form).ok_or(Unreadable("form"))?;
    let field = Some(field).filter(|field| !field.is_empty());
    let term = Term { form, field, term, digits, is_personal: false };
    let (person, kind) = (person_id.person()?, kind_of(&kind)?);
    let matched = |exact| SearchMatch { is_name: false, kind, key, field: term.field.clone(), exact };
    Ok(query.equals(&term).map(matched).map(|matched| (person, matched)))
}

fn names(query: &PersonQuery, row: NamesRow) -> Result<Vec<(PersonId, SearchMatch)>, Unreadable> {
    let NamesRow { record: RecordRow { person_id, kind, key }, fields, names } = row;
    let (person, kind) = (person_id.person()?, kind_of(&kind)?);
    let lines = fields.lines().zip(names.lines());
    let names: Vec<Name> =
        lines.map(|(field, name)| Name { field: field.to_owned(), name: name.to_owned() }).collect();
    let matched = |name: &Name| SearchMatch {
        is_name: true,
        kind,
        key: key.clone(),
        field: Some(name.field.clone()),
        exact: false,
    };
    Ok(query.within(&names).into_iter().map(|name| (person, matched(name))).collect())
}
