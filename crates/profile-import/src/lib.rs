//! Imports records from newline-delimited JSON.
//!
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod batch;
mod dry_run;
mod error;
mod folder;
mod kinds;
mod lines;
mod names;
mod passes;
mod reported;
mod running;
mod set_aside;
mod settle;
mod source;
mod waiting;
mod work;

pub use dry_run::without_effect;
pub use error::{ImportError, ReadError, RowError, RowFault};
pub use folder::Folder;
pub use kinds::{ExportedRow, exported_row};
pub use lines::Place;
pub use passes::{import, work_bytes};
pub use reported::{RefusedRow, ReportLine, reported};
pub use running::{RunningImport, RunningImports};
pub use source::{Arriving, Source};
pub use work::{Event, Report, by_command};
