//! Verify that every record is what its history tells: the log folded from empty, compared with what is stored.

use std::mem::take;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use profile_domain::{
    Keyed, Saved,
    account::{Account, Customer},
    change::{ChangeRecord, RecordKind},
    client::Client,
    history::{Fault, State},
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};
use profile_ports::{Page, Repository, Store, Unavailable, Vault};

use crate::client::{Unopened, unopened};

/// Changes that are read at once.
const PAGE: u32 = 1000;
/// Records that are read at the same time.
const MAX_DECRYPTED_AT_ONCE: usize = 8;

/// Something that an operator must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of which kind the record is.
    pub kind: RecordKind,
    /// The record's key; none, where the log lacks records altogether.
    pub key: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Record and history disagree.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The record names a file that the media store does not have.
    #[error("its file {0} is missing")]
    NoBytes(String),
    /// Records without a history.
    #[error("{0} records are not in the log")]
    Untold(i64),
    /// A sealed value, or the key of a person.
    #[error(transparent)]
    Sealed(#[from] Unopened),
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Records.
    pub records: u64,
    /// Changes.
    pub changes: u64,
}

/// Folds the history of every record and compares it with the record. May run beside servers: a record that moves on
/// meanwhile is looked at again.
///
/// # Errors
/// The database does not answer.
pub async fn verify(
    store: &(dyn Store + 'static),
    vault: &dyn Vault,
    mut found: impl FnMut(Finding),
    mut progress: impl FnMut(Verified),
) -> Result<Verified, Unavailable> {
    let mut seen = Verified::default();
    for kind in RecordKind::ALL {
        // Counted first: what is made meanwhile is in the log before the walk gets there, or not at all.
        let stored = store.count_records(kind).await?;
        let before = seen.records;
        let mut fold = Fold { kind, told: None, finished: Vec::new() };
        let mut after = (String::new(), 0);
        loop {
            let next = Page { after: Some((after.0.as_str(), after.1)), limit: PAGE };
            let page = store.changes_after(kind, next).await?;
            let Some(last) = page.last() else { break };
            after = (last.key.clone(), last.version);
            seen.changes += page.len() as u64;
            for change in &page {
                fold.follow(change);
            }
            seen.records += fold.compare(store, vault, &mut found).await?;
            progress(seen);
        }
        fold.finish();
        seen.records += fold.compare(store, vault, &mut found).await?;
        let untold = stored.saturating_sub_unsigned(seen.records - before);
        if untold > 0 {
            found(Finding { kind, key: None, problem: Problem::Untold(untold) });
        }
    }
    Ok(seen)
}

/// A history that was followed to its end, or to where it breaks.
type Told = (String, Result<State, Fault>);

/// The walk through the log of one kind.
struct Fold {
    kind: RecordKind,
    told: Option<Told>,
    finished: Vec<Told>,
}

impl Fold {
    fn follow(&mut self, change: &ChangeRecord) {
        if self.told.as_ref().is_none_or(|(key, _)| *key != change.key) {
            self.finish();
        }
        let (key, told) = self.told.take().unwrap_or_else(|| (change.key.clone(), Ok(State::default())));
        // `State::follow` checks the chain as well, once stores keep it.
        let told = told.and_then(|mut state| state.follow(change).map(|()| state));
        self.told = Some((key, told));
    }

    fn finish(&mut self) {
        self.finished.extend(self.told.take());
    }

    /// Compares the finished histories with the records; answers how many.
    async fn compare(
        &mut self,
        store: &(dyn Store + 'static),
        vault: &dyn Vault,
        found: &mut impl FnMut(Finding),
    ) -> Result<u64, Unavailable> {
        let finished = take(&mut self.finished);
        let (kind, count) = (self.kind, finished.len() as u64);
        let mut verdicts = stream::iter(finished)
            .map(|(key, told)| async move {
                let fault = compare(store, kind, &key, told).await?;
                let mut problems: Vec<Problem> = fault.err().map(Problem::from).into_iter().collect();
                if kind == RecordKind::Client {
                    problems.extend(unopened(store, vault, &key).await?.into_iter().map(Problem::from));
                }
                Ok::<_, Unavailable>((key, problems))
            })
            .buffered(MAX_DECRYPTED_AT_ONCE);
        while let Some((key, problems)) = verdicts.try_next().await? {
            for problem in problems {
                found(Finding { kind, key: Some(key.clone()), problem });
            }
        }
        Ok(count)
    }
}

async fn compare(
    store: &(dyn Store + 'static),
    kind: RecordKind,
    key: &str,
    told: Result<State, Fault>,
) -> Result<Result<(), Fault>, Unavailable> {
    let told = match told {
        Ok(told) => told,
        Err(fault) => return Ok(Err(fault)),
    };
    let Some(stands) = find_state(store, kind, key).await? else {
        return Ok(if told.ended { Ok(()) } else { Err(Fault::Lost) });
    };
    if stands.version <= told.version {
        return Ok(told.compare(&stands));
    }
    // It has moved on since its history was read; the log up to the version that was found tells the truth.
    let history = store.changes_of(kind, key).await?;
    let mut told = State::default();
    let followed = history
        .into_iter()
        .filter(|change| change.version <= stands.version)
        .try_for_each(|change| told.follow(&change));
    Ok(followed.and_then(|()| told.compare(&stands)))
}

/// Returns the record with this key as it stands; a key that no record can have finds none.
pub(crate) async fn find_state(
    store: &(dyn Store + 'static),
    kind: RecordKind,
    key: &str,
) -> Result<Option<State>, Unavailable> {
    match kind {
        RecordKind::Customer => state::<Customer>(store, key).await,
        RecordKind::Account => state::<Account>(store, key).await,
        RecordKind::File => state::<MediaFile>(store, key).await,
        RecordKind::User => state::<User>(store, key).await,
        RecordKind::Override => state::<Override>(store, key).await,
        RecordKind::Business => state::<Business>(store, key).await,
        RecordKind::App => state::<App>(store, key).await,
        RecordKind::ApiKey => state::<ApiKey>(store, key).await,
        RecordKind::Upload => state::<Upload>(store, key).await,
        RecordKind::Client => state::<Client>(store, key).await,
        RecordKind::Language => state::<Language>(store, key).await,
        RecordKind::Tenant => state::<Tenant>(store, key).await,
        RecordKind::Brand => state::<Brand>(store, key).await,
        RecordKind::Group => state::<Group>(store, key).await,
        RecordKind::Member => state::<Member>(store, key).await,
        RecordKind::Membership => state::<Membership>(store, key).await,
    }
}

async fn state<T: Keyed>(store: &(dyn Store + 'static), key: &str) -> Result<Option<State>, Unavailable>
where
    dyn Store: Repository<T>,
{
    let found = find_by_text::<T>(store, key).await?;
    Ok(found.map(|saved| State { chain: Some(saved.head.chain), ..State::of(&saved.record) }))
}

/// Returns the record whose key has this text.
pub(crate) async fn find_by_text<T: Keyed>(
    store: &(dyn Store + 'static),
    key: &str,
) -> Result<Option<Saved<T>>, Unavailable>
where
    dyn Store: Repository<T>,
{
    let Some(key) = T::parse_key(key) else { return Ok(None) };
    Repository::<T>::find(store, &key).await
}
