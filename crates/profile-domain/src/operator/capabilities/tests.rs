//! Which callers of the contracts read and write which fields, on one page, so that a change of it is seen in review.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Access, Contract, Denial, account, client, tenant, users};
use crate::{
    Beginning, Editable, Input, Keyed,
    account::{Account, Customer, CustomerId, Login, Owner, policy::Caller as AccountCaller},
    catalogue::catalogue,
    change::{RecordKind, Value},
    client::{Client, SystemStatus, policy::TokenClaims as ClientClaims},
    media::{MediaFile, Scope},
    operator::capabilities::{tenant::KnownMember, users::KnownCaller},
    tenant::{Member, Membership, policy::TokenClaims as MemberClaims},
    users::{
        App, Business, BusinessId, Caller, Install, Scopes, Upload, UploadOwner, UploadStatus, User, UserId,
        Visibility, policy::NamedBusiness,
    },
};

fn blank<T: Editable>(key: T::Key) -> T {
    T::blank(key, Beginning { person: None, now: DateTime::<Utc>::UNIX_EPOCH })
}

/// One paragraph: what an access shows and accepts, by the names of the catalogue, and what denies the rest.
fn page(title: &str, kind: RecordKind, access: &Access) -> String {
    let entries = || catalogue(kind).iter().filter(|entry| !entry.is_input);
    let list = |holds: &dyn Fn(&crate::catalogue::Entry) -> bool| {
        let names: Vec<&str> =
            entries().filter(|entry| holds(entry)).map(|entry| entry.name.as_str()).collect();
        if names.len() == entries().count() { "everything".to_owned() } else { names.join(" ") }
    };
    let mut rules: Vec<&str> =
        entries().filter_map(|entry| access.check_write(entry).err().map(Denial::name)).collect();
    rules.dedup();
    rules.sort_unstable();
    rules.dedup();
    let mut page = format!("{title}\n");
    writeln!(page, "  reads  {}", list(&|entry| access.check_read(entry).is_ok())).unwrap();
    writeln!(page, "  writes {}", list(&|entry| access.check_write(entry).is_ok())).unwrap();
    writeln!(page, "  denied {}", rules.join(" ")).unwrap();
    page
}

fn account_of(login: i64, owner: Option<Owner>, enable: bool) -> Account {
    let mut account: Account = blank(Login::try_from(login).unwrap());
    (account.owner, account.terms.enable) = (owner, enable);
    account
}

#[test]
fn matrix_of_the_account_contract() {
    let customer = |enable| Customer { enable, ..blank(CustomerId(42)) };
    let owned = |enabled| Some(Owner { id: CustomerId(42), enabled });
    let callers = [
        ("holder", AccountCaller::Holder(Login::try_from(1).unwrap()), None),
        ("customer", AccountCaller::Owner(CustomerId(42)), Some(customer(true))),
        ("disabled customer", AccountCaller::Owner(CustomerId(42)), Some(customer(false))),
        ("unknown customer", AccountCaller::Owner(CustomerId(43)), None),
    ];
    let mut table = String::new();
    for (name, caller, record) in &callers {
        let is_enabled = record.as_ref().is_none_or(|customer| customer.enable);
        for (target, account) in [
            ("own account", account_of(1, owned(is_enabled), true)),
            ("own account, disabled", account_of(1, owned(is_enabled), false)),
            ("account of a disabled customer", account_of(1, owned(false), true)),
            ("another account", account_of(2, None, true)),
        ] {
            let access = account::of_account(*caller, record.as_ref(), &account);
            table += &page(&format!("{name} | {target}"), RecordKind::Account, &access);
        }
        for (target, customer) in
            [("customer 42", customer(is_enabled)), ("customer 44", blank(CustomerId(44)))]
        {
            let access = account::of_customer(*caller, &customer);
            table += &page(&format!("{name} | {target}"), RecordKind::Customer, &access);
        }
    }
    for (target, scope) in [("public file", Scope::PUBLIC), ("private file", Scope(0))] {
        let file = MediaFile { scope, ..MediaFile::new(Uuid::nil()) };
        table += &page(&format!("anybody | {target}"), RecordKind::File, &account::of_file(&file));
    }
    insta::assert_snapshot!(table);
}

const OWN: &str = "biz_Own0000000000";
const CHILD: &str = "biz_Child00000000";
const OTHER: &str = "biz_Other00000000";

fn biz(id: &str) -> BusinessId {
    id.try_into().unwrap()
}

fn user(id: &str, accounts: &[&str]) -> User {
    let mut user: User = blank(UserId::try_from(id).unwrap());
    user.accounts = accounts.iter().map(|id| biz(id)).collect();
    user
}

#[test]
fn matrix_of_the_users_contract() {
    let (me, other) = (user("user_Me00000000000", &[OWN]), user("user_Other00000000", &[OWN, CHILD, OTHER]));
    let scopes = || -> Scopes { Scopes::ALL.into_iter().collect() };
    let installs = vec![Install { account: biz(OWN), permissions: vec!["user:profile:update".to_owned()] }];
    let app = App { id: "app_App0000000000".try_into().unwrap(), version: 1, installs };
    let on =
        |account: &str| Caller::AccountUser { user: me.id.clone(), account: biz(account), scopes: scopes() };
    let callers = [
        ("user", Caller::User { user: me.id.clone(), scopes: scopes() }),
        ("user at own business", on(OWN)),
        ("user at foreign business", on(OTHER)),
        ("business", Caller::Account { account: biz(OWN), scopes: scopes() }),
        ("app", Caller::App { app, scopes: scopes() }),
    ];
    let mut table = String::new();
    for (name, caller) in &callers {
        let known = KnownCaller { caller, user: caller.user().map(|_| &me) };
        for (target, record) in [("the own user", &me), ("another user", &other)] {
            let access = users::of_user(known, record);
            table += &page(&format!("{name} | {target}"), RecordKind::User, &access);
            for (account, parent) in [(OWN, None), (CHILD, Some(OWN)), (OTHER, None)] {
                let business = Business { parent: parent.map(biz), ..blank(biz(account)) };
                let named = NamedBusiness { id: &business.id, business: Some(&business) };
                let access = users::of_override(known, named, record);
                table += &page(&format!("{name} | {target} at {account}"), RecordKind::Override, &access);
            }
        }
    }
    for (status, visibility) in [
        (UploadStatus::Pending, Visibility::Public),
        (UploadStatus::Ready, Visibility::Private),
        (UploadStatus::Ready, Visibility::Public),
        (UploadStatus::Removed, Visibility::Public),
    ] {
        for (owner, of) in [("own", &me.id), ("another's", &other.id)] {
            let mut upload: Upload = blank("file_Upload0000000".try_into().unwrap());
            (upload.owner, upload.status, upload.visibility) =
                (UploadOwner::User(of.clone()), status, visibility);
            let access = users::of_upload(&callers[0].1, &upload);
            table += &page(
                &format!("user | {owner} {visibility:?} {status:?} upload"),
                RecordKind::Upload,
                &access,
            );
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn matrix_of_the_client_contract() {
    let sub = Uuid::from_u128(1);
    let claims = [
        ("client", ClientClaims::Client { sub }),
        ("staff", ClientClaims::Staff { staff: "amy".to_owned(), client: Some(sub) }),
        ("staff without a client", ClientClaims::Staff { staff: "amy".to_owned(), client: None }),
        ("another client", ClientClaims::Client { sub: Uuid::from_u128(2) }),
    ];
    let fresh: Client = blank(sub);
    let mut complete = fresh.clone();
    for (part, field) in [("profile", "first_name"), ("financial_assessment", "occupation")] {
        let value = Value::Text("Zoë".to_owned().try_into().unwrap());
        complete.set(&format!("{part}.{field}"), Input::Value(value)).unwrap();
    }
    complete.terms = Some(crate::client::Terms { version: 1, accepted: DateTime::UNIX_EPOCH });
    let closed = Client { system_statuses: vec![SystemStatus::Closed], ..complete.clone() };
    let mut table = String::new();
    for (name, claims) in &claims {
        for (target, record) in [("fresh", &fresh), ("complete", &complete), ("closed", &closed)] {
            let access = client::of_client(claims, record);
            table += &page(&format!("{name} | {target}"), RecordKind::Client, &access);
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn matrix_of_the_tenant_contract() {
    let member = |id: i32, edit: fn(&mut Member)| {
        let mut member: Member = blank(id);
        edit(&mut member);
        member
    };
    let own = |role: i32, status: i32| {
        let mut own: Membership = blank(Membership::parse_key("1:7").unwrap());
        (own.role, own.status) = (role, status);
        Some(own)
    };
    let nobody: fn(&mut Member) = |_| {};
    let callers = [
        ("member", member(1, nobody), None, own(3, 1)),
        ("member made by 2", member(1, |one| one.created_by = Some(2)), None, None),
        ("member at tenant", member(1, nobody), Some(7), own(3, 1)),
        ("member, not active at tenant", member(1, nobody), Some(7), own(3, 2)),
        ("member, without role at tenant", member(1, nobody), Some(7), own(0, 1)),
        ("stranger at tenant", member(1, nobody), Some(7), None),
        ("super admin at tenant", member(1, |one| one.admin_roles = vec![1]), Some(7), None),
        ("deleted member", member(1, |one| one.is_deleted = true), None, own(3, 1)),
    ];
    let with_password: fn(&mut Member) = |one| one.password_hash = Some("h".to_owned().try_into().unwrap());
    let targets = [
        ("own record", member(1, nobody)),
        ("own record with a password", member(1, with_password)),
        ("another member", member(2, nobody)),
        ("another member, deleted", member(2, |one| one.is_deleted = true)),
    ];
    let mut table = String::new();
    for (name, record, tenant_id, own) in callers {
        let claims = MemberClaims { member_id: 1, tenant_id };
        let membership = own.clone().filter(|_| tenant_id.is_some());
        let caller = KnownMember { claims, member: Some(record), membership };
        for (target, member) in &targets {
            let access = tenant::of_member(&caller, member, std::slice::from_ref(&own));
            table += &page(&format!("{name} | {target}"), RecordKind::Member, &access);
        }
        let of_others =
            |access: &Access, kind: RecordKind| page(&format!("{name} | {}", kind.name()), kind, access);
        let membership = tenant::of_membership(&caller, own.as_ref(), &targets[2].1);
        table += &of_others(&membership, RecordKind::Membership);
        table += &of_others(&tenant::of_brand(&caller, own.as_ref()), RecordKind::Brand);
        table += &of_others(&tenant::of_group(&caller, own.as_ref()), RecordKind::Group);
        table += &of_others(&tenant::of_language(&caller), RecordKind::Language);
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_caller_who_does_not_exist_may_do_nothing() {
    let caller = AccountCaller::Holder(Login::try_from(1).unwrap());
    let other = account::of_account(caller, None, &account_of(2, None, true)).of_nobody();
    let file = account::of_file(&MediaFile::new(Uuid::nil())).of_nobody();
    for (kind, access, rule) in [
        (RecordKind::Account, other, "account.other_account"),
        (RecordKind::File, file, "account.not_offered"),
    ] {
        for entry in catalogue(kind) {
            assert_eq!(access.check_read(entry).map_err(Denial::name), Err(rule));
            assert_eq!(access.check_write(entry).map_err(Denial::name), Err(rule));
        }
    }
}

#[test]
fn a_record_of_another_contract_is_not_offered() {
    let access = Access::none(Contract::Tenant);
    for entry in catalogue(RecordKind::Client) {
        assert_eq!(access.check_write(entry), Err(Denial::NotOffered(Contract::Tenant)));
    }
}
