//! Copy a store into another one, page by page, so that whatever ends the copy the same call finishes it.

use futures_util::future::try_join;
use profile_ports::{CopiedTable, CopyMark, Copying, MarkMove, RowPage, TableContent, Unavailable};
use serde_json::{Value, json};

/// Why a store is not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Source and target are one database.
    #[error("the target is the source")]
    SameDatabase,
    /// What is being copied into the target comes from another store.
    #[error("the target is half a copy of another store")]
    OtherCopy,
    /// The target has records, and they are not those of the source.
    #[error("the target has records already")]
    HasRecords,
    /// The source is itself half a copy.
    #[error("the source is half a copy: finish that one first")]
    HalfSource,
    /// Somebody else copies into the target.
    #[error("another process is copying into the target")]
    Busy,
    /// What was copied is not what the source has.
    #[error("{0} differs between source and target: the source was written meanwhile, or the target")]
    Differs(String),
    /// A database did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// How far a copy has come, with what earlier calls have copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreCopied {
    /// Records.
    pub records: u64,
    /// Changes.
    pub changes: u64,
    /// Rows of either, or of anything else, that this call has written.
    pub rows: u64,
}

/// Copies every row of `source` into `target`, and compares what both have. The mark of the copy stays, so that nobody serves
/// the target before it is verified; see [`Copying::end_copy`].
///
/// # Errors
/// [`CopyError`]; what was copied stays, and another call goes on behind it.
pub async fn copy_store(
    source: &dyn Copying,
    target: &dyn Copying,
    mut progress: impl FnMut(StoreCopied),
) -> Result<StoreCopied, CopyError> {
    if source.database_name().await? == target.database_name().await? {
        return Err(CopyError::SameDatabase);
    }
    if source.copy_mark().await?.is_some() {
        return Err(CopyError::HalfSource);
    }
    let tables = source.copied_tables()?;
    let (origin, head) = log_of(source).await?;
    let mut copy = Copy { source, target, tables, copied: StoreCopied::default() };
    if let Some(mark) = copy.begin(origin, head).await? {
        copy.run(mark, &mut progress).await?;
        target.settle().await?;
    }
    copy.compare().await?;
    Ok(copy.copied)
}

/// The first and the last change of a log, as the mark of a copy names them.
async fn log_of(source: &dyn Copying) -> Result<(String, String), Unavailable> {
    let text = |id: uuid::Uuid| id.to_string();
    let ends = source.log_ends().await?;
    Ok(ends.map_or_else(|| ("nothing".to_owned(), String::new()), |ends| (text(ends.first), text(ends.last))))
}

/// How far a copy has come, as its mark holds it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    /// The table whose rows are being copied; empty before the first one.
    table: String,
    /// The place behind the last row that was copied. No place in a table of facts is kept, because the key of one may be a
    /// value of a person.
    after: Option<String>,
    /// Counts what was written, so that no two steps are alike.
    rows: u64,
}

impl Step {
    fn text(&self) -> String {
        json!({"table": self.table, "after": self.after, "rows": self.rows}).to_string()
    }

    fn of(text: &str) -> Self {
        let step: Value = serde_json::from_str(text).unwrap_or_default();
        let text = |name: &str| step.get(name).and_then(Value::as_str).map(str::to_owned);
        let rows = step.get("rows").and_then(Value::as_u64).unwrap_or_default();
        Self { table: text("table").unwrap_or_default(), after: text("after"), rows }
    }
}

struct Copy<'a> {
    source: &'a dyn Copying,
    target: &'a dyn Copying,
    tables: Vec<CopiedTable>,
    copied: StoreCopied,
}

impl Copy<'_> {
    /// Returns the mark to go on from; `None` where the target has everything already.
    async fn begin(&mut self, origin: String, head: String) -> Result<Option<CopyMark>, CopyError> {
        let fresh = CopyMark { origin, head, step: Step::default().text() };
        let Some(mark) = self.target.copy_mark().await? else {
            if self.is_empty().await? {
                let is_ours = self.target.begin_copy(&fresh).await?;
                return if is_ours { Ok(Some(fresh)) } else { Err(CopyError::Busy) };
            }
            let is_same = log_of(self.target).await? == (fresh.origin, fresh.head);
            return if is_same { Ok(None) } else { Err(CopyError::HasRecords) };
        };
        if mark.origin != fresh.origin {
            return Err(CopyError::OtherCopy);
        }
        if mark.head == fresh.head {
            return Ok(Some(mark));
        }
        // The source has gone on, so that any row may be another.
        let step = MarkMove { from: mark, to: fresh };
        if !self.target.move_mark(&step).await? {
            return Err(CopyError::Busy);
        }
        Ok(Some(step.to))
    }

    /// Whether the target has neither records nor a log.
    async fn is_empty(&self) -> Result<bool, Unavailable> {
        for table in self.tables.iter().filter(|table| table.content != TableContent::Facts) {
            if self.target.count_rows(&table.name).await? > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Copies what is left behind `mark`.
    async fn run(
        &mut self,
        mut mark: CopyMark,
        progress: &mut impl FnMut(StoreCopied),
    ) -> Result<(), CopyError> {
        let step = Step::of(&mark.step);
        let tables = self.tables.clone();
        let (facts, logged): (Vec<_>, Vec<_>) =
            tables.into_iter().partition(|table| table.content == TableContent::Facts);
        let place = logged.iter().position(|table| table.name == step.table);
        let is_fact = facts.iter().any(|table| table.name == step.table);
        if place.is_none() && !is_fact {
            self.clear(&logged).await?;
        }
        let (done, left) = logged.split_at(match place {
            _ if is_fact => logged.len(),
            Some(place) if step.after.is_some() => place,
            // Behind its last row there is no place.
            Some(place) => place + 1,
            None => 0,
        });
        for table in done {
            self.count(table, self.target.count_rows(&table.name).await?);
        }
        for table in left {
            let after = step.after.clone().filter(|_| table.name == step.table);
            if after.is_some() {
                self.count(table, self.target.count_rows(&table.name).await?);
            }
            mark = self.copy_table(table, mark, after, progress).await?;
        }
        // They may have changed without the log, and are few beside it.
        self.clear(&facts).await?;
        for table in &facts {
            mark = self.copy_table(table, mark, None, progress).await?;
        }
        Ok(())
    }

    async fn clear(&self, tables: &[CopiedTable]) -> Result<(), Unavailable> {
        for table in tables.iter().rev() {
            self.target.clear_rows(&table.name).await?;
        }
        Ok(())
    }

    /// Copies a table behind a place; the next page is read while one is written.
    async fn copy_table(
        &mut self,
        table: &CopiedTable,
        mut mark: CopyMark,
        after: Option<String>,
        progress: &mut impl FnMut(StoreCopied),
    ) -> Result<CopyMark, CopyError> {
        let mut rows = Step::of(&mark.step).rows;
        let mut page = self.source.read_rows(&table.name, after.as_deref()).await?;
        while !page.rows.is_empty() {
            let RowPage { rows: written, next } = page;
            let count = written.len() as u64;
            rows += count;
            let place = next.clone().filter(|_| table.content != TableContent::Facts);
            let step = Step { table: table.name.clone(), after: place, rows };
            let to = CopyMark { step: step.text(), ..mark.clone() };
            let moved = MarkMove { from: mark, to };
            let write = self.target.write_rows(&table.name, written, &moved);
            let read = async {
                match &next {
                    Some(next) => self.source.read_rows(&table.name, Some(next)).await,
                    None => Ok(RowPage { rows: Vec::new(), next: None }),
                }
            };
            let (is_ours, following) = try_join(write, read).await?;
            if !is_ours {
                return Err(CopyError::Busy);
            }
            (mark, page) = (moved.to, following);
            self.count(table, count);
            self.copied.rows += count;
            progress(self.copied);
        }
        Ok(mark)
    }

    fn count(&mut self, table: &CopiedTable, rows: u64) {
        match table.content {
            TableContent::Records => self.copied.records += rows,
            TableContent::Log => self.copied.changes += rows,
            TableContent::Facts => {}
        }
    }

    /// Compares numbers of rows and chain heads of both stores, and counts them.
    async fn compare(&mut self) -> Result<(), CopyError> {
        self.copied = StoreCopied { rows: self.copied.rows, ..StoreCopied::default() };
        for table in self.tables.clone() {
            let name = &table.name;
            if table.content == TableContent::Records {
                let (source, target) =
                    try_join(self.source.sum_heads(name), self.target.sum_heads(name)).await?;
                if source != target {
                    return Err(CopyError::Differs(table.name));
                }
                self.count(&table, target.rows);
            } else {
                let (source, target) =
                    try_join(self.source.count_rows(name), self.target.count_rows(name)).await?;
                if source != target {
                    return Err(CopyError::Differs(table.name));
                }
                self.count(&table, target);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_comes_back_from_its_text() {
        let step = Step { table: "account".to_owned(), after: Some("[\"1\",1]".to_owned()), rows: 7 };
        assert_eq!(Step::of(&step.text()), step);
        assert_eq!(Step::of("damaged"), Step::default());
    }
}
