//! The statements that a commit is made of, and what each of them guards.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
};
use profile_domain::{Claim, Head, Reference, chain::redact, change::ChangeRecord};
use profile_ports::{Commit, Step, Unavailable, Write};
use profile_rows::{
    Beside, Id, Instant, KindVisitor, Mark, RecordVisitor, Statement, Stored,
    change::{ChangeRow, not_erased},
    claim,
    person_key::add_person_key,
    person_record, raise_number,
    references::unless_referenced,
    reply, visit_kind, visit_record,
};

use crate::{
    PostgresStore, error::unavailable, link::Link, order::Ticket, recorded::Recorded, statement::Outgoing,
};

/// What is refused if a statement fails, or finds no row.
#[derive(Debug)]
pub(crate) enum Guard {
    /// The key of the reply has not been used.
    StoredResponse,
    /// The record that this field names is there.
    Reference(&'static str),
    /// The record is as the write found it.
    Record {
        /// Whether it has never been there.
        is_first: bool,
    },
    /// No living record names the one that has ended.
    Unreferenced,
    /// Nothing: a claim is free afterwards, whoever had it.
    Freed,
    /// The master key that a person's new key is wrapped under is the current one, and the person has no key.
    PersonKey,
    /// Nothing: what is noted beside a record may be there already.
    Noted,
    /// Nobody else has the value.
    Claim(Claim),
}

/// One statement of a commit.
pub(crate) struct Part {
    pub(crate) outgoing: Outgoing,
    pub(crate) guard: Guard,
}

/// The statements of a commit under its place in the log, and what they leave on its records.
pub(crate) struct Parts {
    pub(crate) parts: Vec<Part>,
    pub(crate) heads: Vec<Head>,
}

impl Parts {
    /// Numbers the changes of `commit`, and writes its statements down for a connection: first the reply, so that what is
    /// repeated is told apart from what is stale; then the records, each behind those that it needs and before what is beside it;
    /// then whether something names those that have ended; then the claims, all given up before any is taken, so that records may exchange them.
    pub(crate) fn of(commit: &Commit, ticket: &Ticket, link: &Link) -> Result<Self, Unavailable> {
        let Commit { writes, reply, steps: _ } = commit;
        let mut parts = Self { parts: Vec::with_capacity(1), heads: Vec::with_capacity(writes.len()) };
        if let Some(reply) = reply {
            parts.push(link, &reply::insert_reply(reply), Guard::StoredResponse)?;
        }
        for write in writes {
            for needed in &write.needs {
                parts.push_reference(link, needed)?;
            }
            parts.push_write(link, write, ticket)?;
        }
        for Write { draft, .. } in writes.iter().filter(|write| write.step == Step::End) {
            if let Some(query) = unless_referenced::<PostgresStore>(draft.kind, &draft.key) {
                parts.push(link, &query, Guard::Unreferenced)?;
            }
        }
        for Write { draft, frees, .. } in writes {
            for freed in frees {
                parts.push(link, &claim::free(freed, &draft.key), Guard::Freed)?;
            }
        }
        for Write { draft, joins, .. } in writes {
            if let Some(person) = joins {
                parts.push(link, &person_record::note(*person, draft.kind, &draft.key), Guard::Noted)?;
            }
        }
        for Write { draft, takes, .. } in writes {
            for taken in takes {
                let statement = claim::take(taken, &draft.root, &draft.key);
                parts.push(link, &statement, Guard::Claim(taken.clone()))?;
            }
        }
        Ok(parts)
    }

    fn push<S: QueryFragment<Pg> + QueryId>(
        &mut self,
        link: &Link,
        statement: &S,
        guard: Guard,
    ) -> Result<(), Unavailable> {
        let outgoing = link.outgoing(statement).map_err(unavailable)?;
        self.parts.push(Part { outgoing, guard });
        Ok(())
    }

    fn push_reference(&mut self, link: &Link, needed: &Reference) -> Result<(), Unavailable> {
        let Reference { field, kind, key } = needed;
        let outgoing = visit_kind(*kind, Needed { link, key })?;
        self.parts.push(Part { outgoing, guard: Guard::Reference(field) });
        Ok(())
    }

    fn push_write(&mut self, link: &Link, write: &Write, ticket: &Ticket) -> Result<(), Unavailable> {
        // The log has the writes of a commit in their own order.
        let previous = self.heads.last().copied().map(|head| head.at).max(write.head.map(|head| head.at));
        let (at, id) = ticket.number(previous);
        let before = write.head.map(|head| head.chain);
        let change = ChangeRecord::new(write.draft.clone(), id, at, before.as_ref());
        let guard = Guard::Record { is_first: write.step == Step::Begin && write.base() == 0 };
        if write.step == Step::Begin && write.base() > 0 {
            // Locked against an erasure, which takes them.
            let last = not_erased(&change.root, change.kind, &change.key, write.base());
            self.push(link, &Shared(last), Guard::Record { is_first: false })?;
        }
        let server = Id::from(ticket.server());
        let digest = change.digest;
        let change = if write.is_erased { redact(change) } else { change };
        let outgoing = visit_record(write.record.clone(), Written { link, write, change: &change, server })?;
        self.parts.push(Part { outgoing, guard });
        self.heads.push(Head { at, chain: digest });
        self.push_beside(link, Beside::of(write), at.into())
    }

    /// Statements of their own, because what is beside a record may have another root.
    fn push_beside(&mut self, link: &Link, beside: Beside, at: Instant) -> Result<(), Unavailable> {
        let Beside { number, key, ended_member } = beside;
        if let Some(number) = number {
            self.push(link, &raise_number(number), Guard::Noted)?;
        }
        if let Some((person, key)) = key {
            self.push(link, &add_person_key(person, &key, at), Guard::PersonKey)?;
        }
        if let Some(member) = ended_member {
            self.push(link, &member.forget_attempts(), Guard::Noted)?;
        }
        Ok(())
    }
}

/// The statement that writes a record and its change.
struct Written<'a> {
    link: &'a Link,
    write: &'a Write,
    change: &'a ChangeRecord,
    server: Id,
}

impl Written<'_> {
    fn recorded<W: Statement, const FIXED: bool>(self, write: W) -> Result<Outgoing, Unavailable> {
        let Self { link, change, server, .. } = self;
        let recorded = Recorded::<W, FIXED> { write, change: ChangeRow::from(change), server };
        link.outgoing(&recorded).map_err(unavailable)
    }
}

impl RecordVisitor for Written<'_> {
    type Output = Result<Outgoing, Unavailable>;

    fn visit<T: Stored>(self, record: T) -> Self::Output {
        let (base, root, mark) = (self.write.base(), self.write.draft.root.clone(), Mark::of(self.change));
        let row = |record: T| record.into_row().map_err(Unavailable::database);
        match self.write.step {
            Step::Begin => self.recorded::<_, false>(T::insert(row(record)?, root, mark)),
            Step::Change => self.recorded::<_, true>(T::update(row(record)?, root, base, mark)),
            Step::End => self.recorded::<_, true>(T::delete(&record.id(), base)),
        }
    }
}

/// The query for a record that must stay there until the transaction has ended.
struct Needed<'a> {
    link: &'a Link,
    key: &'a str,
}

impl KindVisitor for Needed<'_> {
    type Output = Result<Outgoing, Unavailable>;

    fn visit<T: Stored>(self) -> Self::Output {
        let key = T::parse_key(self.key)
            .ok_or_else(|| Unavailable::database("a record needs one without a key"))?;
        self.link.outgoing(&Kept(T::by_key(&key))).map_err(unavailable)
    }
}

/// A query whose rows nobody changes until the transaction has ended.
struct Shared<Q>(Q);

impl<Q: QueryId + 'static> QueryId for Shared<Q> {
    type QueryId = Shared<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Shared<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" FOR SHARE");
        Ok(())
    }
}

/// A query whose rows are not removed until the transaction has ended; others may change them.
struct Kept<Q>(Q);

impl<Q: QueryId + 'static> QueryId for Kept<Q> {
    type QueryId = Kept<Q::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Kept<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" FOR KEY SHARE");
        Ok(())
    }
}
