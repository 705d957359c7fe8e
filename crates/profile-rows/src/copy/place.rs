//! A place in a table: the key of the last row that was read, as text that the mark of a copy can hold.

use profile_ports::Cell;
use serde_json::Value;

use super::{bound::Bound, cells::typed, table::ColumnType};
use crate::reading::Unreadable;

/// Returns the key as text.
pub(super) fn write(key: &[&Cell]) -> Result<String, Unreadable> {
    let part = |cell: &&Cell| match cell {
        Cell::Integer(number) => Ok(Value::from(*number)),
        Cell::Text(text) => Ok(Value::from(text.as_str())),
        Cell::Id(id) => Ok(Value::from(id.to_string())),
        _ => Err(Unreadable("the key of a table")),
    };
    let parts: Result<Vec<Value>, Unreadable> = key.iter().map(part).collect();
    Ok(Value::Array(parts?).to_string())
}

/// Reads what [`write`] wrote of a key of these types.
pub(super) fn read(text: &str, types: &[ColumnType]) -> Result<Vec<Bound>, Unreadable> {
    let broken = Unreadable("a place in a table");
    let Ok(Value::Array(parts)) = serde_json::from_str(text) else { return Err(broken) };
    if parts.len() != types.len() {
        return Err(broken);
    }
    let bound = |(part, of): (Value, &ColumnType)| {
        let cell = match part {
            Value::String(text) => Cell::Text(text),
            Value::Number(number) => Cell::Integer(number.as_i64().ok_or(broken)?),
            _ => return Err(broken),
        };
        Bound::of(typed(cell, *of)?, *of)
    };
    parts.into_iter().zip(types).map(bound).collect()
}
