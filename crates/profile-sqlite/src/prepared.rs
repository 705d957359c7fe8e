//! A write before its turn: whatever the one thread that all commits wait for need not do itself.

use diesel::{Connection as _, QueryResult, SqliteConnection};
use profile_domain::{Claim, Head, PersonId, Reference, chain::CommittedDraft};
use profile_ports::{Step, Write, change_log};
use profile_rows::{Beside, Json, Mark, RecordVisitor, Stored, Unreadable, visit_record};

/// Writes or removes a row; returns how many rows it found.
pub(crate) type RowWrite = Box<dyn FnOnce(&mut SqliteConnection, Mark) -> QueryResult<usize> + Send>;

/// A write, as far as it can be prepared before its turn.
pub(crate) struct Prepared {
    pub(crate) row: RowWrite,
    pub(crate) draft: CommittedDraft,
    pub(crate) head: Option<Head>,
    pub(crate) rest: Rest,
}

/// What is written once all rows are.
pub(crate) struct Rest {
    pub(crate) step: Step,
    pub(crate) fields: Json,
    /// Whether the change is stored without its values.
    pub(crate) is_erased: bool,
    pub(crate) takes: Vec<Claim>,
    pub(crate) frees: Vec<Claim>,
    pub(crate) needs: Vec<Reference>,
    pub(crate) joins: Option<PersonId>,
    pub(crate) beside: Beside,
}

impl Prepared {
    pub(crate) fn of(write: Write) -> Result<Self, Unreadable> {
        let (base, beside) = (write.base(), Beside::of(&write));
        let Write { step, record, draft, head, takes, frees, needs, joins, fresh_key: _, is_erased } = write;
        let row = visit_record(record, ToRow { step, root: draft.root.clone(), base })?;
        let fields = Json::from(change_log::encode(&draft.fields));
        let rest = Rest { step, fields, is_erased, takes, frees, needs, joins, beside };
        Ok(Self { row, draft: draft.into(), head, rest })
    }
}

/// Makes the statement that a step is to the row of its record.
struct ToRow {
    step: Step,
    root: String,
    base: i64,
}

impl RecordVisitor for ToRow {
    type Output = Result<RowWrite, Unreadable>;

    fn visit<T: Stored>(self, record: T) -> Self::Output {
        let Self { step, root, base } = self;
        if step == Step::End {
            let statement = T::delete(&record.id(), base);
            return Ok(Box::new(move |connection, _| connection.execute_returning_count(&statement)));
        }
        let row = record.into_row()?;
        Ok(Box::new(move |connection, mark| {
            if step == Step::Begin {
                connection.execute_returning_count(&T::insert(row, root, mark))
            } else {
                connection.execute_returning_count(&T::update(row, root, base, mark))
            }
        }))
    }
}
