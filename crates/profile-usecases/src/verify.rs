//! Verify that every record is what its history tells: the log folded from empty, compared with what is stored.

use std::mem::take;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use profile_domain::{
    Keyed, Saved,
    account::{Account, Customer},
    change::{ChangeRecord, Facet},
    client::Client,
    history::{Fault, State},
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};
use profile_ports::{Repository, Store, Unavailable, Vault};

use crate::client::{Unopened, unopened};

/// Changes that are read at once.
const PAGE: u32 = 1000;
/// Records that are read at the same time.
const AT_ONCE: usize = 8;

/// Something that an operator must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of which kind the record is.
    pub facet: Facet,
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
    for facet in Facet::ALL {
        // Counted first: what is made meanwhile is in the log before the walk gets there, or not at all.
        let stored = store.count_records(facet).await?;
        let before = seen.records;
        let mut fold = Fold { facet, told: None, finished: Vec::new() };
        let mut after = (String::new(), 0);
        loop {
            let page = store.changes_after(facet, (&after.0, after.1), PAGE).await?;
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
            found(Finding { facet, key: None, problem: Problem::Untold(untold) });
        }
    }
    Ok(seen)
}

/// A history that was followed to its end, or to where it breaks.
type Told = (String, Result<State, Fault>);

/// The walk through the log of one facet.
struct Fold {
    facet: Facet,
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
        let (facet, count) = (self.facet, finished.len() as u64);
        let mut verdicts = stream::iter(finished)
            .map(|(key, told)| async move {
                let fault = compare(store, facet, &key, told).await?;
                let mut problems: Vec<Problem> = fault.err().map(Problem::from).into_iter().collect();
                if facet == Facet::Client {
                    problems.extend(unopened(store, vault, &key).await?.into_iter().map(Problem::from));
                }
                Ok::<_, Unavailable>((key, problems))
            })
            .buffered(AT_ONCE);
        while let Some((key, problems)) = verdicts.try_next().await? {
            for problem in problems {
                found(Finding { facet, key: Some(key.clone()), problem });
            }
        }
        Ok(count)
    }
}

async fn compare(
    store: &(dyn Store + 'static),
    facet: Facet,
    key: &str,
    told: Result<State, Fault>,
) -> Result<Result<(), Fault>, Unavailable> {
    let told = match told {
        Ok(told) => told,
        Err(fault) => return Ok(Err(fault)),
    };
    let Some(stands) = find(store, facet, key).await? else {
        return Ok(if told.ended { Ok(()) } else { Err(Fault::Lost) });
    };
    if stands.version <= told.version {
        return Ok(told.compare(&stands));
    }
    // It has moved on since its history was read; the log up to the version that was found tells the truth.
    let history = store.changes_of(facet, key).await?;
    let mut told = State::default();
    let followed = history
        .into_iter()
        .filter(|change| change.version <= stands.version)
        .try_for_each(|change| told.follow(&change));
    Ok(followed.and_then(|()| told.compare(&stands)))
}

/// The record with this key as it stands; a key that no record can have finds none.
async fn find(store: &(dyn Store + 'static), facet: Facet, key: &str) -> Result<Option<State>, Unavailable> {
    match facet {
        Facet::Customer => state::<Customer>(store, key).await,
        Facet::Account => state::<Account>(store, key).await,
        Facet::File => state::<MediaFile>(store, key).await,
        Facet::User => state::<User>(store, key).await,
        Facet::Override => state::<Override>(store, key).await,
        Facet::Business => state::<Business>(store, key).await,
        Facet::App => state::<App>(store, key).await,
        Facet::ApiKey => state::<ApiKey>(store, key).await,
        Facet::Upload => state::<Upload>(store, key).await,
        Facet::Client => state::<Client>(store, key).await,
        Facet::Language => state::<Language>(store, key).await,
        Facet::Tenant => state::<Tenant>(store, key).await,
        Facet::Brand => state::<Brand>(store, key).await,
        Facet::Group => state::<Group>(store, key).await,
        Facet::Member => state::<Member>(store, key).await,
        Facet::Membership => state::<Membership>(store, key).await,
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
