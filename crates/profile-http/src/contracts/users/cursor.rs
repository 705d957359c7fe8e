//! Cursors: positions in one list, which nobody else can make and which fit no other list.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use profile_domain::users::{Position, UserId};
use profile_ports::{KeyedHash, Purpose};

/// The cursor of a position in the list of `search`.
pub(super) fn write(position: &Position, search: &str, hash: &dyn KeyedHash) -> String {
    let Position { rank, created_at, id } = position;
    let text = format!("{rank} {} {id}", created_at.timestamp_micros());
    let seal = hash.hash(Purpose::UsersCursor, &sealed(&text, search));
    URL_SAFE_NO_PAD.encode(format!("{text} {seal}"))
}

/// Reads a cursor of the list of `search`.
pub(super) fn read(cursor: &str, search: &str, hash: &dyn KeyedHash) -> Option<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (text, given) = std::str::from_utf8(&bytes).ok()?.rsplit_once(' ')?;
    if !hash.seals(Purpose::UsersCursor, &sealed(text, search), given) {
        return None;
    }
    let mut parts = text.split(' ');
    let (rank, micros, id) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Position {
        rank: rank.parse().ok()?,
        created_at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
        id: UserId::try_from(id).ok()?,
    })
}

fn sealed(text: &str, search: &str) -> String {
    format!("{text}\n{search}")
}
