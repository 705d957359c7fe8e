//! Writes log lines from a thread of its own, so that nobody waits for whoever reads them.

use std::{
    io::{self, Write},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// Most lines that wait to be written; those beyond are lost.
const WAITING: usize = 8192;
/// Bytes that are written at once, if so many wait.
const BATCH: usize = 64 * 1024;
/// How long lines gather before they are written. Waking the thread for each line would cost a request more than the line.
const PAUSE: Duration = Duration::from_millis(5);
/// How long the end of the program waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Lines that were not written: nobody reads, the disk is full, or too many waited.
static LOST: AtomicU64 = AtomicU64::new(0);

/// How many lines were lost since the start.
pub(crate) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

enum Message {
    Line(Vec<u8>),
    /// Answered when all that was sent before is written.
    Flush(SyncSender<()>),
}

/// Takes one line with each write; never fails and never waits.
#[derive(Clone)]
pub(crate) struct Lines(SyncSender<Message>);

impl Lines {
    /// Begins to write lines to `out`.
    pub(crate) fn start(out: impl Write + Send + 'static) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(WAITING);
        thread::Builder::new().name("log".to_owned()).spawn(move || write_lines(out, &receiver))?;
        Ok(Self(sender))
    }

    /// Waits a little until what was sent is written.
    pub(crate) fn flush(&self) {
        let end = Instant::now() + LAST_LINES;
        let (done, written) = sync_channel(1);
        let mut message = Message::Flush(done);
        while let Err(TrySendError::Full(back)) = self.0.try_send(message) {
            if Instant::now() >= end {
                return;
            }
            message = back;
            thread::sleep(Duration::from_millis(10));
        }
        written.recv_timeout(end.saturating_duration_since(Instant::now())).ok();
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.try_send(Message::Line(line.to_vec())).is_err() {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_lines(mut out: impl Write, messages: &Receiver<Message>) {
    let mut batch = Vec::new();
    while let Ok(first) = messages.recv() {
        let (mut lines, mut flushed) = (0, None);
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Line(line) => {
                    batch.extend_from_slice(&line);
                    lines += 1;
                }
                Message::Flush(done) => flushed = Some(done),
            }
            let more = flushed.is_none() && batch.len() < BATCH;
            next = if more { messages.try_recv().ok() } else { None };
        }
        if out.write_all(&batch).and_then(|()| out.flush()).is_err() {
            LOST.fetch_add(lines, Ordering::Relaxed);
        }
        batch.clear();
        match flushed {
            Some(done) => drop(done.try_send(())),
            None => thread::sleep(PAUSE),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Never takes anything.
    struct Stuck;

    impl Write for Stuck {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            loop {
                thread::park();
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_arrive_in_order() {
        let memory = Memory::default();
        let mut lines = Lines::start(memory.clone()).unwrap();
        for number in 0..1000 {
            writeln!(lines, "{number}").unwrap();
        }
        Lines::flush(&lines);
        let expected = (0..1000).map(|number| number.to_string() + "\n").collect::<Vec<_>>().concat();
        // `writeln!` writes the number and the line end apart.
        assert_eq!(String::from_utf8(memory.0.lock().unwrap().clone()).unwrap(), expected);
    }

    #[test]
    fn a_reader_that_does_not_read_costs_lines_and_no_time() {
        let before = lost();
        let mut lines = Lines::start(Stuck).unwrap();
        // The thread takes a batch out of the queue before it is stuck.
        for _ in 0..WAITING + BATCH {
            lines.write_all(b"line\n").unwrap();
        }
        assert!(lost() > before);
        let begun = Instant::now();
        Lines::flush(&lines);
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}
