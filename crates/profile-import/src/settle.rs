//! Imports the rows that wait for names, in an order in which names become free: those of one record move to another, and
//! two records may swap theirs. Of two rows that ask for one name the earlier line gets it.

use crate::{
    ImportError, RowError, Source,
    batch::Task,
    names::names_of,
    set_aside::set_aside,
    waiting::{Order, Waiting, WaitingRow, Why},
    work::{Event, Outcome, Tally, Work},
};

/// Imports every row of `waiting`, and counts them all.
pub(crate) async fn settle<T: FnMut(Event)>(
    work: &Work,
    tally: &mut Tally<T>,
    source: &Source,
    waiting: Waiting,
) -> Result<(), ImportError> {
    let order = Order::of(waiting.into_rows());
    let mut settling = Settling { work, tally, source, order };
    for index in 0..settling.order.len() {
        settling.note_names(index).await?;
    }
    for index in 0..settling.order.len() {
        settling.settle(index).await?;
    }
    Ok(())
}

struct Settling<'a, T> {
    work: &'a Work,
    tally: &'a mut Tally<T>,
    source: &'a Source,
    order: Order,
}

impl<T: FnMut(Event)> Settling<'_, T> {
    /// Imports the row `start`, and before it on every row that it waits for.
    async fn settle(&mut self, start: usize) -> Result<(), ImportError> {
        let mut path = vec![start];
        while let Some(&last) = path.last() {
            if self.order.row(last).is_none() {
                path.pop();
                continue;
            }
            let Some((next, _)) = self.order.blockers(last).first().copied() else {
                let outcome = self.import(last).await?;
                self.finish(last, outcome).await?;
                continue;
            };
            match path.iter().position(|index| *index == next) {
                None => path.push(next),
                Some(place) => {
                    let circle = path.split_off(place);
                    self.break_circle(&circle).await?;
                    path = vec![start];
                }
            }
        }
        Ok(())
    }

    /// Lets one row of a circle go on, in which each waits for the next one and the last for the first.
    async fn break_circle(&mut self, circle: &[usize]) -> Result<(), ImportError> {
        let nexts = circle.iter().cycle().skip(1);
        let links: Vec<(usize, usize)> = circle.iter().copied().zip(nexts.copied()).collect();
        let late = |(index, next): &&(usize, usize)| {
            self.order.blockers(*index).contains(&(*next, Why::AskedEarlier))
        };
        if let Some(loser) = links.iter().filter(late).map(|(index, _)| *index).max() {
            return self.refuse(loser, RowError::AskedEarlier).await;
        }
        let only = |(index, next): &(usize, usize)| {
            self.order.blockers(*index).iter().all(|blocker| *blocker == (*next, Why::HasName))
        };
        if !links.iter().all(only) {
            let last = circle.iter().copied().max().unwrap_or_default();
            return self.refuse(last, RowError::NotGivenUp).await;
        }
        // Only rows that would succeed may make a record give up its name.
        for &index in circle {
            let outcome = self.import(index).await?;
            if !outcome.is_taken() {
                return self.finish(index, outcome).await;
            }
        }
        match links.last() {
            Some((index, holder)) => self.free_name(*index, *holder).await,
            None => Ok(()),
        }
    }

    /// Makes the record of `holder` give up the name that `index` asks for.
    async fn free_name(&mut self, index: usize, holder: usize) -> Result<(), ImportError> {
        let name = self.order.wanted_of(index, holder).cloned();
        let (Some(name), Some(row)) = (name, self.order.row(holder)) else {
            return self.refuse(index, RowError::NameDisappeared).await;
        };
        match set_aside(self.work, &row.holder, &name).await {
            Ok(()) => self.note_names(holder).await,
            Err(refusal) => self.refuse(index, RowError::NotSetAside(refusal)).await,
        }
    }

    async fn import(&self, index: usize) -> Result<Outcome, ImportError> {
        let Some(WaitingRow { place, .. }) = self.order.row(index) else {
            return Ok(Outcome::refused(RowError::Repeated));
        };
        match Task::parse(&self.work.ports, *place, &self.source.line(*place)?) {
            Ok(task) => Ok(self.work.import(task.row).await),
            Err(reason) => Ok(Outcome::refused(reason)),
        }
    }

    async fn finish(&mut self, index: usize, outcome: Outcome) -> Result<(), ImportError> {
        let Some(row) = self.order.remove(index) else { return Ok(()) };
        self.tally.record(row.place, outcome);
        let names = names_of(&self.work.ports, &row.holder).await?;
        self.order.set_names(&row.key, names);
        Ok(())
    }

    async fn refuse(&mut self, index: usize, reason: RowError) -> Result<(), ImportError> {
        self.finish(index, Outcome::refused(reason)).await
    }

    async fn note_names(&mut self, index: usize) -> Result<(), ImportError> {
        let Some(row) = self.order.row(index) else { return Ok(()) };
        let key = row.key.clone();
        let names = names_of(&self.work.ports, &row.holder).await?;
        self.order.set_names(&key, names);
        Ok(())
    }
}
