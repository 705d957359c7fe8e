//! The store as its copy to another one sees it.

use async_trait::async_trait;
use profile_ports::{CopiedTable, CopyMark, Copying, LogEnds, MarkMove, Row, RowPage, TableSum, Unavailable};

use crate::{SqlStore, copy, engine::Engine};

#[async_trait]
impl<E: Engine> Copying for SqlStore<E> {
    async fn database_name(&self) -> Result<String, Unavailable> {
        copy::database_name(self.engine()).await
    }

    fn copied_tables(&self) -> Result<Vec<CopiedTable>, Unavailable> {
        let tables = copy::tables().map_err(Unavailable::database)?;
        Ok(tables.iter().map(copy::TableShape::copied).collect())
    }

    async fn log_ends(&self) -> Result<Option<LogEnds>, Unavailable> {
        copy::log_ends(self.engine()).await
    }

    async fn count_rows(&self, table: &str) -> Result<u64, Unavailable> {
        copy::count_rows(self.engine(), table).await
    }

    async fn sum_heads(&self, table: &str) -> Result<TableSum, Unavailable> {
        copy::sum_heads(self.engine(), table).await
    }

    async fn read_rows(&self, table: &str, after: Option<&str>) -> Result<RowPage, Unavailable> {
        copy::read_rows(self.engine(), table, after).await
    }

    async fn write_rows(&self, table: &str, rows: Vec<Row>, mark: &MarkMove) -> Result<bool, Unavailable> {
        copy::write_rows(self.engine(), table, rows, mark).await
    }

    async fn clear_rows(&self, table: &str) -> Result<(), Unavailable> {
        copy::clear_rows(self.engine(), table).await
    }

    async fn copy_mark(&self) -> Result<Option<CopyMark>, Unavailable> {
        copy::copy_mark(self.engine()).await
    }

    async fn begin_copy(&self, mark: &CopyMark) -> Result<bool, Unavailable> {
        copy::begin_copy(self.engine(), mark).await
    }

    async fn move_mark(&self, step: &MarkMove) -> Result<bool, Unavailable> {
        copy::move_mark(self.engine(), step).await
    }

    async fn settle(&self) -> Result<(), Unavailable> {
        copy::settle(self.engine()).await
    }

    async fn end_copy(&self) -> Result<(), Unavailable> {
        copy::end_copy(self.engine()).await
    }
}
