//! An operator asks what a caller of a contract may do with a record (operator API page, section 7).

use profile_domain::{
    Keyed, MembershipKey,
    account::{Account, Customer, policy::Caller as AccountCaller},
    change::RecordKind,
    client::{Client, policy::TokenClaims as ClientClaims},
    media::MediaFile,
    operator::capabilities::{
        Access, Contract, ContractActor, account, client,
        tenant::{self, KnownMember},
        users::{self, KnownCaller},
    },
    tenant::{Brand, Group, Member, Membership, policy::TokenClaims as MemberClaims},
    users::{
        App, AppId, Business, BusinessId, Caller, Override, Scopes, Upload, User, UserId,
        policy::NamedBusiness,
    },
};
use profile_ports::{Repository, Store, Unavailable};

use super::{OperatorRefusal, RecordName, get_record, get_record::absence};
use crate::Ports;

/// Returns what `actor` may do with a record through the contract that they call, with every scope; staff are for this client.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn get_capabilities(
    ports: &Ports,
    name: &RecordName,
    actor: &ContractActor,
) -> Result<Access, OperatorRefusal> {
    get_record(ports, name).await?;
    let record = Record { ports, name };
    match actor {
        ContractActor::Account(caller) => record.for_account(*caller).await,
        ContractActor::User { user, account } => record.for_user(user, account.as_ref()).await,
        ContractActor::Business(account) => record.for_business(account).await,
        ContractActor::App(app) => record.for_app(app).await,
        ContractActor::Client(sub) => record.for_client(&ClientClaims::Client { sub: *sub }).await,
        ContractActor::Staff(staff) => {
            let client = Client::parse_key(&name.key).filter(|_| name.kind == RecordKind::Client);
            record.for_client(&ClientClaims::Staff { staff: staff.clone(), client }).await
        }
        ContractActor::Member(claims) => record.for_member(*claims).await,
    }
}

/// The record that the question is about.
struct Record<'a> {
    ports: &'a Ports,
    name: &'a RecordName,
}

impl Record<'_> {
    async fn find<T: Keyed>(&self) -> Result<T, OperatorRefusal>
    where
        dyn Store: Repository<T>,
    {
        let key = T::parse_key(&self.name.key).ok_or(OperatorRefusal::NotFound)?;
        match self.ports.find::<T>(&key).await? {
            Some(record) => Ok(record),
            None => Err(absence(self.ports, self.name.kind, &self.name.key).await),
        }
    }

    async fn for_account(&self, caller: AccountCaller) -> Result<Access, OperatorRefusal> {
        let (customer, exists) = match caller {
            AccountCaller::Holder(login) => (None, self.ports.find::<Account>(&login).await?.is_some()),
            AccountCaller::Owner(id) => {
                let customer = self.ports.find::<Customer>(&id).await?;
                let exists = customer.is_some();
                (customer, exists)
            }
        };
        let access = match self.name.kind {
            RecordKind::Account => account::of_account(caller, customer.as_ref(), &self.find().await?),
            RecordKind::Customer => account::of_customer(caller, &self.find().await?),
            RecordKind::File => account::of_file(&self.find::<MediaFile>().await?),
            _ => Access::none(Contract::Account),
        };
        Ok(if exists { access } else { access.of_nobody() })
    }

    async fn for_user(&self, id: &UserId, account: Option<&BusinessId>) -> Result<Access, OperatorRefusal> {
        let user = self.ports.find::<User>(id).await?;
        let scopes = Scopes::ALL.into_iter().collect();
        let (caller, exists) = match account {
            None => (Caller::User { user: id.clone(), scopes }, user.is_some()),
            Some(account) => {
                let exists = user.is_some() && self.ports.find::<Business>(account).await?.is_some();
                (Caller::AccountUser { user: id.clone(), account: account.clone(), scopes }, exists)
            }
        };
        self.for_credential(&caller, user.as_ref(), exists).await
    }

    async fn for_business(&self, id: &BusinessId) -> Result<Access, OperatorRefusal> {
        let exists = self.ports.find::<Business>(id).await?.is_some();
        let caller = Caller::Account { account: id.clone(), scopes: Scopes::ALL.into_iter().collect() };
        self.for_credential(&caller, None, exists).await
    }

    async fn for_app(&self, id: &AppId) -> Result<Access, OperatorRefusal> {
        let found = self.ports.find::<App>(id).await?;
        let exists = found.is_some();
        let app = found.unwrap_or_else(|| App { id: id.clone(), version: 0, installs: Vec::new() });
        let caller = Caller::App { app, scopes: Scopes::ALL.into_iter().collect() };
        self.for_credential(&caller, None, exists).await
    }

    async fn for_credential(
        &self,
        caller: &Caller,
        user: Option<&User>,
        exists: bool,
    ) -> Result<Access, OperatorRefusal> {
        let known = KnownCaller { caller, user };
        let access = match self.name.kind {
            RecordKind::User => users::of_user(known, &self.find().await?),
            RecordKind::Override => {
                let Override { user, account: id, .. } = self.find().await?;
                let business = self.ports.find::<Business>(&id).await?;
                let business = NamedBusiness { id: &id, business: business.as_ref() };
                let user = self.ports.find::<User>(&user).await?.ok_or(OperatorRefusal::Ended)?;
                users::of_override(known, business, &user)
            }
            RecordKind::Upload => users::of_upload(caller, &self.find::<Upload>().await?),
            _ => Access::none(Contract::Users),
        };
        Ok(if exists { access } else { access.of_nobody() })
    }

    async fn for_client(&self, claims: &ClientClaims) -> Result<Access, OperatorRefusal> {
        match self.name.kind {
            RecordKind::Client => Ok(client::of_client(claims, &self.find().await?)),
            _ => Ok(Access::none(Contract::Client)),
        }
    }

    async fn for_member(&self, claims: MemberClaims) -> Result<Access, OperatorRefusal> {
        let member = self.ports.find::<Member>(&claims.member_id).await?;
        let exists = member.is_some();
        let membership = match claims.tenant_id {
            Some(tenant) => self.own_membership(claims, tenant).await?,
            None => None,
        };
        let caller = KnownMember { claims, member, membership };
        let access = match self.name.kind {
            RecordKind::Member => {
                let owns = self.own_memberships(claims).await?;
                tenant::of_member(&caller, &self.find().await?, &owns)
            }
            RecordKind::Membership => {
                let Membership { member_id, tenant_id, .. } = self.find().await?;
                let member = self.ports.find::<Member>(&member_id).await?.ok_or(OperatorRefusal::Ended)?;
                tenant::of_membership(
                    &caller,
                    self.own_membership(claims, tenant_id).await?.as_ref(),
                    &member,
                )
            }
            RecordKind::Brand => {
                let Brand { tenant_id, .. } = self.find().await?;
                tenant::of_brand(&caller, self.own_membership(claims, tenant_id).await?.as_ref())
            }
            RecordKind::Group => {
                let Group { tenant_id, .. } = self.find().await?;
                tenant::of_group(&caller, self.own_membership(claims, tenant_id).await?.as_ref())
            }
            RecordKind::Language => tenant::of_language(&caller),
            _ => Access::none(Contract::Tenant),
        };
        Ok(if exists { access } else { access.of_nobody() })
    }

    async fn own_membership(
        &self,
        claims: MemberClaims,
        tenant: i32,
    ) -> Result<Option<Membership>, Unavailable> {
        self.ports.find::<Membership>(&MembershipKey { member: claims.member_id, tenant }).await
    }

    /// Returns what the caller is in each tenant of the member whom the record is about.
    async fn own_memberships(&self, claims: MemberClaims) -> Result<Vec<Option<Membership>>, Unavailable> {
        let keys = self.ports.store.keys_below(RecordKind::Member, &self.name.key).await?;
        let mut owns = Vec::new();
        for key in keys.iter().filter_map(|key| Membership::parse_key(key)) {
            owns.push(self.own_membership(claims, key.tenant).await?);
        }
        Ok(owns)
    }
}
