//! Verify that every record is what its history tells: the log folded from empty, compared with what is stored.

use std::mem::take;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use profile_domain::{
    Record,
    account::{CustomerId, Login},
    change::{ChangeRecord, Facet, split_key},
    history::{Fault, State},
    users::{AppId, BusinessId, KeyId, UploadId, UserId},
};
use profile_ports::{Store, Unavailable, Vault};

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
    store: &dyn Store,
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
        let told = told.and_then(|mut state| state.apply(change).map(|()| state));
        self.told = Some((key, told));
    }

    fn finish(&mut self) {
        self.finished.extend(self.told.take());
    }

    /// Compares the finished histories with the records; answers how many.
    async fn compare(
        &mut self,
        store: &dyn Store,
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
    store: &dyn Store,
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
        .try_for_each(|change| told.apply(&change));
    Ok(followed.and_then(|()| told.compare(&stands)))
}

/// The record with this key as it stands; a key that no record can have finds none.
async fn find(store: &dyn Store, facet: Facet, key: &str) -> Result<Option<State>, Unavailable> {
    let number = key.parse::<i32>().unwrap_or(-1);
    Ok(match facet {
        Facet::Customer => match key.parse() {
            Ok(id) => state(store.find_customer(CustomerId(id)).await?.as_ref()),
            Err(_) => None,
        },
        Facet::Account => match Login::try_from(i64::from(number)) {
            Ok(login) => state(store.find_account(login).await?.as_ref()),
            Err(_) => None,
        },
        Facet::File => match key.parse() {
            Ok(uuid) => state(store.find_file(uuid).await?.as_ref()),
            Err(_) => None,
        },
        Facet::User => match UserId::try_from(key) {
            Ok(id) => state(store.find_user(&id).await?.as_ref()),
            Err(_) => None,
        },
        Facet::Override => {
            match split_key(key).map(|(user, account)| (user.try_into(), account.try_into())) {
                Some((Ok(user), Ok(account))) => state(store.find_override(&user, &account).await?.as_ref()),
                _ => None,
            }
        }
        Facet::Business => match BusinessId::try_from(key) {
            Ok(id) => state(store.find_business(&id).await?.as_ref()),
            Err(_) => None,
        },
        Facet::App => match AppId::try_from(key) {
            Ok(id) => state(store.find_app(&id).await?.as_ref()),
            Err(_) => None,
        },
        Facet::ApiKey => match KeyId::try_from(key) {
            Ok(id) => state(store.find_api_key(&id).await?.as_ref()),
            Err(_) => None,
        },
        Facet::Upload => match UploadId::try_from(key) {
            Ok(id) => state(store.find_upload(&id).await?.as_ref()),
            Err(_) => None,
        },
        Facet::Client => match key.parse() {
            Ok(sub) => state(store.find_client(sub).await?.as_ref()),
            Err(_) => None,
        },
        Facet::Language => state(store.find_language(number).await?.as_ref()),
        Facet::Tenant => state(store.find_tenant(number).await?.as_ref()),
        Facet::Brand => state(store.find_brand(number).await?.as_ref()),
        Facet::Group => state(store.find_groups(&[number]).await?.pop().as_ref()),
        Facet::Member => state(store.find_members(&[number]).await?.pop().as_ref()),
        Facet::Membership => match split_key(key).map(|(member, tenant)| (member.parse(), tenant.parse())) {
            Some((Ok(member), Ok(tenant))) => {
                state(store.find_memberships(tenant, &[member]).await?.pop().as_ref())
            }
            _ => None,
        },
    })
}

fn state<T: Record>(record: Option<&T>) -> Option<State> {
    record.map(State::of)
}
