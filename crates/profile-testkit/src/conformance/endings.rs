//! Promises of [`Commits`](profile_ports::Commits) about records that end and begin anew.

use std::sync::Arc;

use chrono::DateTime;
use futures_util::future::join_all;
use profile_domain::{
    Claim, Keyed,
    account::{Account, Customer},
    chain,
    change::{Digest, Reason, RecordKind, Value},
    client::Client,
    media::MediaFile,
    tenant::{Attempts, Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, KeyOwner, Override, Upload, User},
};
use profile_ports::{CommitError, Page, Repository, Store, TakeOver, Write};
use uuid::Uuid;

use super::{
    clients::whole,
    commits::{changes, named, together},
    members::{language, member, membership},
    users::{api_key, app},
};
use crate::fixtures::{
    SALT, account, account_of, business, cause, claimed, commit, commit_after, customer, end, file, find,
    saved, text, upload, write,
};

pub async fn an_ended_record_is_gone_and_its_claims_are_free(store: Arc<dyn Store>) {
    let nora = named(1, "nora");
    store.commit(commit(None, nora.clone())).await.unwrap();
    let last = saved::<User>(&*store, &nora.id).await.unwrap();
    let heads = store.commit(end(&last)).await.unwrap();
    assert_eq!(find::<User>(&*store, &nora.id).await.unwrap(), None);
    assert!(claimed::<User>(&*store, Claim::username("nora")).await.is_none());
    assert_eq!(store.count_records(RecordKind::User).await.unwrap(), 0);
    let ended = store.last_change(RecordKind::User, nora.id.as_str()).await.unwrap().unwrap();
    assert_eq!((ended.ended, ended.version, ended.digest), (true, 2, heads[0].chain));
    assert!(ended.fields.iter().all(|field| field.new == Value::Null));

    let again = store.commit(commit(None, nora.clone())).await;
    assert!(matches!(again, Err(CommitError::Ended)), "{again:?}");
    let twice = store.commit(end(&last)).await;
    assert!(matches!(twice, Err(CommitError::Stale)), "{twice:?}");
    let late = store.commit(commit(Some(&nora), User { version: 2, ..nora.clone() })).await;
    assert!(matches!(late, Err(CommitError::Stale)), "{late:?}");
    let other = named(2, "Nora");
    store.commit(commit(None, other.clone())).await.unwrap();

    let before = saved::<User>(&*store, &other.id).await.unwrap();
    let next = User { bio: Some(text("changed")), ..other };
    store.commit(commit_after(&before, next)).await.unwrap();
    let stale = store.commit(end(&before)).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "it has changed since: {stale:?}");
    let page = store.changes_after(RecordKind::User, Page::first(10)).await.unwrap();
    assert_eq!(page.len(), 4, "the log of a kind has those that have ended, too");
}

pub async fn an_ended_record_begins_anew_and_its_chain_goes_on(store: Arc<dyn Store>) {
    let nora = named(1, "nora");
    store.commit(commit(None, nora.clone())).await.unwrap();
    store.commit(end(&saved::<User>(&*store, &nora.id).await.unwrap())).await.unwrap();
    let ended = store.last_change(RecordKind::User, nora.id.as_str()).await.unwrap().unwrap();
    let anew = || Write::begin(nora.clone(), Some(&ended), cause(), SALT);
    let outcomes = join_all((0..8).map(|_| store.commit(anew().into()))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(CommitError::Stale))),
        "{outcomes:?}"
    );
    let stored = saved::<User>(&*store, &nora.id).await.unwrap();
    assert_eq!(stored.record, User { version: 3, ..nora.clone() });
    let taken = store.commit(commit(None, named(2, "nora"))).await;
    assert!(matches!(taken, Err(CommitError::Taken(_))), "what begins anew claims anew: {taken:?}");
    store.commit(end(&stored)).await.unwrap();
    let late = store.commit(anew().into()).await;
    assert!(matches!(late, Err(CommitError::Stale)), "it has ended again meanwhile: {late:?}");

    let log = changes::<User>(&*store, &nora.id).await;
    assert_eq!(
        log.iter().map(|change| (change.version, change.ended)).collect::<Vec<_>>(),
        [(1, false), (2, true), (3, false), (4, true)]
    );
    let mut before: Option<Digest> = None;
    for change in &log {
        assert!(chain::verify(change, before.as_ref()), "version {}", change.version);
        before = Some(change.digest);
    }
    assert!(log.iter().all(|change| !matches!(change.cause.reason, Some(Reason::Redacted(_)))));
}

/// Makes a record, ends it, begins it anew and ends it again; what it claims is free while it is not there.
async fn ends<T: Keyed>(store: &Arc<dyn Store>, record: T)
where
    dyn Store: Repository<T>,
{
    let (key, claims) = (record.key(), record.claims());
    store.commit(commit(None, record.clone())).await.unwrap();
    for round in [0, 2] {
        let found = Repository::<T>::find(&**store, &record.id()).await.unwrap().unwrap();
        let mut expected = record.clone();
        expected.set_version(round + 1);
        assert!(found.record == expected, "{:?}", T::KIND);
        store.commit(end(&found)).await.unwrap();
        assert!(Repository::<T>::find(&**store, &record.id()).await.unwrap().is_none(), "{:?}", T::KIND);
        assert_eq!(store.count_records(T::KIND).await.unwrap(), 0, "{:?}", T::KIND);
        for claim in &claims {
            assert_eq!(store.holder_of(claim).await.unwrap(), None, "{claim:?}");
        }
        if round == 0 {
            store.commit(anew(store, record.clone()).await.into()).await.unwrap();
            for claim in &claims {
                assert_eq!(store.holder_of(claim).await.unwrap().as_ref(), Some(&key), "{claim:?}");
            }
        }
    }
    let log = store.changes_of(T::KIND, &key).await.unwrap();
    assert_eq!(log.iter().map(|change| change.ended).collect::<Vec<_>>(), [false, true, false, true]);
    let mut before: Option<Digest> = None;
    for change in &log {
        assert!(chain::verify(change, before.as_ref()), "{:?}, version {}", T::KIND, change.version);
        before = Some(change.digest);
    }
}

/// The write that begins an ended record anew.
async fn anew<T: Keyed>(store: &Arc<dyn Store>, record: T) -> Write {
    let ended = store.last_change(T::KIND, &record.key()).await.unwrap();
    Write::begin(record, ended.as_ref(), cause(), SALT)
}

/// The write that ends a record.
async fn ending<T: Keyed>(store: &Arc<dyn Store>, record: &T) -> Write
where
    dyn Store: Repository<T>,
{
    Write::end(&saved::<T>(&**store, &record.id()).await.unwrap(), cause(), SALT)
}

pub async fn a_record_of_any_kind_can_end(store: Arc<dyn Store>) {
    let store = &store;
    ends::<Customer>(store, customer(1)).await;
    ends::<Account>(store, account(1)).await;
    ends::<MediaFile>(store, file()).await;
    ends::<User>(store, named(1, "nora")).await;
    ends::<Business>(store, business(1)).await;
    ends::<App>(store, app()).await;
    ends::<ApiKey>(store, api_key()).await;
    store.take_upload(&upload(1).id, TakeOver { from: None, to: Uuid::from_u128(1) }).await.unwrap();
    ends::<Upload>(store, upload(1)).await;
    ends::<Client>(store, Client { key: None, ..whole(1) }).await;
    ends::<Language>(store, language(1)).await;
    ends::<Tenant>(store, Tenant { id: 1, version: 1, slug: text("north"), name: text("North") }).await;
    ends::<Brand>(store, Brand { id: 1, version: 1, tenant_id: 1, name: text("North") }).await;
    ends::<Group>(store, Group { id: 1, version: 1, tenant_id: 1, name: text("North") }).await;
    ends::<Member>(store, member(1, "mira@example.test")).await;
    let nora = named(2, "nora");
    store.commit(commit(None, nora.clone())).await.unwrap();
    let over = Override::new(nora.id.clone(), business(1).id, nora.person);
    ends::<Override>(store, Override { version: 1, ..over }).await;
    let mira = member(2, "mira@example.test");
    store.commit(commit(None, mira.clone())).await.unwrap();
    ends::<Membership>(store, membership(1, &mira, 7)).await;
}

/// Makes both records; `target` ends with the other and not without it.
async fn ends_only_with<T: Keyed, N: Keyed>(store: &Arc<dyn Store>, target: T, naming: N)
where
    dyn Store: Repository<T> + Repository<N>,
{
    let (kind, by) = (T::KIND, N::KIND);
    store.commit(commit(None, target.clone())).await.unwrap();
    store.commit(commit(None, naming.clone())).await.unwrap();
    let refused = store.commit(ending(store, &target).await.into()).await;
    assert!(matches!(refused, Err(CommitError::Referenced)), "{kind:?} by {by:?}: {refused:?}");
    assert_eq!(store.changes_of(kind, &target.key()).await.unwrap().len(), 1);
    let both = [ending(store, &target).await, ending(store, &naming).await];
    store.commit(together(both)).await.unwrap_or_else(|error| panic!("{kind:?} with {by:?}: {error}"));
    assert!(Repository::<T>::find(&**store, &target.id()).await.unwrap().is_none(), "{kind:?}");
}

pub async fn a_record_ends_only_with_those_that_name_it(store: Arc<dyn Store>) {
    let store = &store;
    let (nora, mira) = (named(1, "nora"), member(1, "mira@example.test"));
    store.commit(commit(None, nora.clone())).await.unwrap();
    store.commit(commit(None, mira.clone())).await.unwrap();
    ends_only_with(store, customer(1), account_of(&customer(1), 1)).await;
    let biz = |number| business(number);
    ends_only_with(store, biz(1), User { accounts: vec![biz(1).id], ..named(2, "mine") }).await;
    ends_only_with(store, biz(2), Business { parent: Some(biz(2).id), ..biz(3) }).await;
    ends_only_with(store, biz(4), ApiKey { owner: KeyOwner::Business(biz(4).id), ..api_key() }).await;
    let over = Override::new(nora.id.clone(), biz(5).id, nora.person);
    ends_only_with(store, biz(5), Override { version: 1, ..over }).await;
    let mut installed = app();
    installed.installs[0].account = biz(6).id;
    ends_only_with(store, biz(6), App { id: "app_App0000000009".try_into().unwrap(), ..installed }).await;
    let key = ApiKey { id: "apik_Key0000000009".try_into().unwrap(), hash: "other".to_owned(), ..api_key() };
    ends_only_with(store, App { installs: Vec::new(), ..app() }, key).await;
    let speaks = Member { language_id: Some(9), ..member(2, "speaks@example.test") };
    ends_only_with(store, language(9), speaks).await;
    let tenant = |id: i32| Tenant { id, version: 1, slug: text(format!("slug-{id}")), name: text("North") };
    let brand = |id, tenant_id| Brand { id, version: 1, tenant_id, name: text("North") };
    let group = |id, tenant_id| Group { id, version: 1, tenant_id, name: text("North") };
    ends_only_with(store, tenant(1), brand(1, 1)).await;
    ends_only_with(store, tenant(2), group(2, 2)).await;
    ends_only_with(store, tenant(7), membership(1, &mira, 7)).await;
    ends_only_with(store, brand(31, 3), membership(2, &mira, 8)).await;
    ends_only_with(store, group(11, 3), membership(3, &mira, 9)).await;

    let own = Business { parent: Some(biz(8).id), ..biz(8) };
    store.commit(commit(None, own.clone())).await.unwrap();
    store.commit(ending(store, &own).await.into()).await.unwrap();
}

pub async fn records_of_one_root_end_together(store: Arc<dyn Store>) {
    let (store, nora, mira) = (&store, named(1, "nora"), member(1, "mira@example.test"));
    let overrides = [1, 2].map(|number| {
        let over = Override::new(nora.id.clone(), business(number).id, nora.person);
        Override { version: 1, name: Some(text("Nora at work")), ..over }
    });
    let memberships = [7, 8].map(|tenant| membership(tenant, &mira, tenant));
    let all = || {
        let (over, of_mira) =
            (overrides.clone().map(|one| write(None, one)), memberships.clone().map(|one| write(None, one)));
        [write(None, nora.clone()), write(None, mira.clone())].into_iter().chain(over).chain(of_mira)
    };
    store.commit(together(all())).await.unwrap();
    let attempts = Attempts::default().with_one_more(DateTime::UNIX_EPOCH).unwrap();
    for member in [1, 2] {
        assert!(store.keep_attempts(member, &attempts).await.unwrap());
    }
    let claims: Vec<Claim> = all().flat_map(|write| write.takes).collect();
    assert_eq!(claims.len(), 4);

    let whole_end = async |first: Write| {
        let mut writes = vec![first, ending(store, &mira).await];
        for over in &overrides {
            writes.push(ending(store, over).await);
        }
        for membership in &memberships {
            writes.push(ending(store, membership).await);
        }
        store.commit(together(writes)).await
    };
    let mut stale = ending(store, &nora).await;
    stale.draft.version = 7;
    let refused = whole_end(stale).await;
    assert!(matches!(refused, Err(CommitError::Stale)), "{refused:?}");
    assert_eq!(store.find_attempts(1).await.unwrap(), attempts, "what is refused forgets nothing");
    whole_end(ending(store, &nora).await).await.unwrap();
    for kind in [RecordKind::User, RecordKind::Override, RecordKind::Member, RecordKind::Membership] {
        assert_eq!(store.count_records(kind).await.unwrap(), 0, "{kind:?}");
    }
    for claim in &claims {
        assert_eq!(store.holder_of(claim).await.unwrap(), None, "{claim:?}");
    }
    assert_eq!(store.find_attempts(1).await.unwrap(), Attempts::default(), "they end with their member");
    assert_eq!(store.find_attempts(2).await.unwrap(), attempts, "of another member");

    let mut again = vec![anew(store, nora.clone()).await, anew(store, mira.clone()).await];
    for over in overrides.clone() {
        again.push(anew(store, over).await);
    }
    for membership in memberships.clone() {
        again.push(anew(store, membership).await);
    }
    store.commit(together(again)).await.unwrap();
    for claim in &claims {
        assert!(store.holder_of(claim).await.unwrap().is_some(), "{claim:?}");
    }
    assert_eq!(find::<Membership>(&**store, &memberships[1].id()).await.unwrap().unwrap().version, 3);
    assert!(store.keep_attempts(1, &attempts).await.unwrap(), "their count begins anew as well");
}
