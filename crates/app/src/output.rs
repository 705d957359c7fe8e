//! What commands print for people: JSON, columns, times, and how far they have come.

use std::io::{IsTerminal as _, Write as _, stderr, stdout};

use chrono::{DateTime, SecondsFormat, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

/// Prints JSON for people and programs.
pub(crate) fn print_json(value: &Value) -> anyhow::Result<()> {
    writeln!(stdout(), "{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}

/// Returns a time to the second.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Returns one line with tabs between its columns; a hyphen stands for what is absent.
pub(crate) fn columns<const N: usize>(columns: [Option<String>; N]) -> String {
    columns.map(|column| column.unwrap_or_else(|| "-".to_owned())).join("\t")
}

/// Returns `bar` in the form of `template`; one that is not shown, where nobody looks.
pub(crate) fn progress(bar: ProgressBar, template: &str) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
