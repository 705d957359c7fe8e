//! An import whose report somebody reads as it goes: refused rows, how far it has come, and at last how it went.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use futures_util::{Stream, stream};
use profile_domain::change::Cause;
use profile_usecases::Ports;
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{Interval, MissedTickBehavior, interval},
};

use crate::{
    Event, Folder, ImportError, Place, Report, RowError, RowFault, RunningImport, Source, import,
    kinds::name_of_row,
};

/// Lines of the report that wait for a slow reader.
const WAITING_LINES: usize = 256;

/// A row that was refused.
#[derive(Debug)]
pub struct RefusedRow {
    /// The number of its line, counted from 1.
    pub line: u64,
    /// The kind that it names, as far as that can be read.
    pub kind: Option<String>,
    /// The key that it names, as far as that can be read.
    pub key: Option<String>,
    /// Everything that is wrong with it.
    pub faults: Vec<RowFault>,
}

/// A line of the report.
#[derive(Debug)]
pub enum ReportLine {
    /// A row was refused.
    Refused(RefusedRow),
    /// So many rows were worked on.
    Rows(u64),
    /// How the import went; the last line.
    Ended(Result<Report, ImportError>),
}

/// Returns an import without files, to be spawned on the thread that is asked, and its report, which says at least `every` so
/// often how many rows were worked on. The import stops if its report is dropped or its key stops it; the log says what was
/// done until then.
pub fn reported(
    ports: Ports,
    source: Source,
    cause: Cause,
    running: RunningImport,
    every: Duration,
) -> (impl Future<Output = ()>, impl Stream<Item = ReportLine>) {
    let (sender, receiver) = channel(WAITING_LINES);
    let rows = Rc::new(Cell::new(0));
    let work = Work { ports, source, cause, running, rows: Rc::clone(&rows), sender };
    (work.run(), lines(receiver, rows, every))
}

/// An import on its way.
struct Work {
    ports: Ports,
    source: Source,
    cause: Cause,
    running: RunningImport,
    rows: Rc<Cell<u64>>,
    sender: Sender<ReportLine>,
}

impl Work {
    async fn run(self) {
        let Self { ports, source, cause, running, rows, sender } = self;
        let lines: RefCell<VecDeque<ReportLine>> = RefCell::default();
        let tell = |event: Event| match event {
            Event::Failed(place, error) => {
                lines.borrow_mut().push_back(ReportLine::Refused(refused_row(&source, place, &error)));
            }
            Event::Rows(worked) => rows.set(worked),
            Event::Read(_) => {}
        };
        let pause = async || {
            loop {
                let Some(next) = lines.borrow_mut().pop_front() else {
                    return sender.is_closed() || running.is_stopped();
                };
                if sender.send(next).await.is_err() {
                    return true;
                }
            }
        };
        let outcome = Box::pin(import(&ports, &source, Folder::none(), cause, pause, tell)).await;
        let stopped = match &outcome {
            Err(ImportError::Stopped(report)) => Some(*report),
            _ => None,
        };
        if let Some(report) = stopped {
            running.report_stopped(report);
        }
        let rest: Vec<ReportLine> =
            lines.borrow_mut().drain(..).chain([ReportLine::Ended(outcome)]).collect();
        for next in rest {
            if sender.send(next).await.is_err() {
                break;
            }
        }
        if let Some(Report { imported, unchanged, failed }) = stopped {
            tracing::info!(
                imported,
                unchanged,
                failed,
                "an import ended because its caller hung up, or its key stopped it"
            );
        }
    }
}

fn refused_row(source: &Source, place: Place, error: &RowError) -> RefusedRow {
    let line = source.refused_line(place);
    let (kind, key) = name_of_row(&line);
    let kind = kind.map(|kind| kind.name().to_owned());
    RefusedRow { line: place.number, kind, key, faults: error.faults(&line) }
}

/// The lines of the report, and in between how far the import has come.
fn lines(
    receiver: Receiver<ReportLine>,
    rows: Rc<Cell<u64>>,
    every: Duration,
) -> impl Stream<Item = ReportLine> {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    stream::unfold((receiver, ticks, rows), async |(mut receiver, mut ticks, rows)| {
        let next = next_line(&mut receiver, &mut ticks, &rows).await?;
        Some((next, (receiver, ticks, rows)))
    })
}

async fn next_line(
    receiver: &mut Receiver<ReportLine>,
    ticks: &mut Interval,
    rows: &Cell<u64>,
) -> Option<ReportLine> {
    tokio::select! {
        biased;
        next = receiver.recv() => next,
        _ = ticks.tick() => Some(ReportLine::Rows(rows.get())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)] // a test fails by panicking
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn a_silent_report_says_how_many_rows_were_worked_on() {
        let (sender, receiver) = channel(1);
        let rows = Rc::new(Cell::new(3));
        let mut lines = Box::pin(lines(receiver, Rc::clone(&rows), Duration::from_millis(1)));
        assert!(matches!(lines.next().await, Some(ReportLine::Rows(3))));
        rows.set(5);
        assert!(matches!(lines.next().await, Some(ReportLine::Rows(5))));
        sender.send(ReportLine::Ended(Err(ImportError::Stopped(Report::default())))).await.unwrap();
        assert!(matches!(lines.next().await, Some(ReportLine::Ended(_))));
        drop(sender);
        assert!(lines.next().await.is_none(), "nothing follows the end");
    }
}
