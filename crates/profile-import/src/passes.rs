//! The passes of an import over its rows.

use std::{io, sync::Arc};

use profile_domain::change::Cause;
use profile_usecases::Ports;

use crate::{
    Event, Folder, ImportError, Report, RowError, Source,
    batch::{Batch, Task},
    kinds::Kind,
    lines::Line,
    settle::settle,
    waiting::Waiting,
    work::{Tally, Work},
};

/// A row may refer to a later one, so the rows are read once for each of these: what can be referred to, then what refers to
/// it. In memory are only one batch of rows and the rows that wait for names.
const PASSES: [&[Kind]; 3] = [
    &[Kind::Customer, Kind::File, Kind::Business, Kind::Language, Kind::Tenant],
    &[Kind::Account, Kind::App, Kind::User, Kind::Client, Kind::Brand, Kind::Group],
    &[Kind::ApiKey, Kind::Member],
];

/// Returns how many bytes an import of `source` reads, in all passes together.
///
/// # Errors
/// [`io::Error`] if the source cannot be read any more.
pub fn work_bytes(source: &Source) -> io::Result<u64> {
    Ok(source.size()? * PASSES.len() as u64)
}

/// Imports every row of `source`, as `cause` says in the log; good rows are kept whatever the others are. Rows may name files of
/// `folder`. `pause` is waited for between batches of rows; once it returns true, no
/// further row is begun.
///
/// # Errors
/// [`ImportError`] if the import cannot go on; the rows so far are imported.
pub async fn import<T: FnMut(Event), P: AsyncFnMut() -> bool>(
    ports: &Ports,
    source: &Source,
    folder: Folder,
    cause: Cause,
    mut pause: P,
    tell: T,
) -> Result<Report, ImportError> {
    let work = Work { ports: ports.clone(), cause, folder: Arc::new(folder) };
    let mut tally = Tally { report: Report::default(), tell };
    for (pass, kinds) in (0_u64..).zip(PASSES) {
        let mut lines = source.lines()?;
        let mut batch = Batch::default();
        let mut waiting = Waiting::default();
        while let Some(line) = lines.next()? {
            let place = line.place;
            let bytes = match with_kind(line) {
                Ok((kind, bytes)) if kinds.contains(&kind) => bytes,
                Ok(_) => continue,
                Err(reason) => {
                    // Each pass meets it again.
                    if pass == 0 {
                        tally.refuse(place, reason);
                    }
                    continue;
                }
            };
            if batch.is_full(place.length) {
                batch.run(&work, &mut tally, &mut waiting).await;
                tally.progress(pass * source.size()? + lines.read);
                if pause().await {
                    return Err(ImportError::Stopped(tally.report));
                }
            }
            let task = match Task::parse(ports, place, &bytes) {
                Ok(task) => task,
                Err(reason) => {
                    tally.refuse(place, reason);
                    continue;
                }
            };
            drop(bytes);
            if batch.concerns(&task) {
                batch.run(&work, &mut tally, &mut waiting).await;
            }
            if waiting.concerns(&task) {
                task.into_waiting().into_iter().for_each(|row| waiting.add(row));
            } else {
                batch.add(task);
            }
        }
        batch.run(&work, &mut tally, &mut waiting).await;
        if pause().await {
            return Err(ImportError::Stopped(tally.report));
        }
        settle(&work, &mut tally, source, waiting).await?;
    }
    Ok(tally.report)
}

fn with_kind(line: Line) -> Result<(Kind, Vec<u8>), RowError> {
    let bytes = line.bytes.ok_or(RowError::TooLong)?;
    Ok((Kind::of(&bytes)?, bytes))
}
