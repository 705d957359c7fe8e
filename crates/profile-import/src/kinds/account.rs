//! Rows of kind `account`.

use async_trait::async_trait;
use profile_domain::{
    PersonId, Violation,
    account::{Account, Customer, CustomerId, Login, Money, Owner, Profile, ProfilePatch, Terms, fields},
    person,
};
use profile_usecases::{Refusal, account::usable_avatar};
use serde::{Deserialize, Serialize};

use super::{
    ImportRow,
    fields::{ImportText, ZeroOrOne, check, optional_email, patch, set},
};
use crate::work::{Imported, Work};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountRow {
    login: i64,
    customer_id: Option<i64>,
    person: Option<ImportText>,
    update_time: Option<i64>,
    name: Option<ImportText>,
    avatar: Option<ImportText>,
    phone: Option<ImportText>,
    address: Option<ImportText>,
    city: Option<ImportText>,
    state: Option<ImportText>,
    country: Option<ImportText>,
    zipcode: Option<ImportText>,
    user_color: Option<ImportText>,
    email: Option<ImportText>,
    group: Option<ImportText>,
    currency: Option<ImportText>,
    comment: Option<ImportText>,
    enable: Option<ZeroOrOne>,
    enable_read_only: Option<ZeroOrOne>,
    enable_change_password: Option<ZeroOrOne>,
    leverage: Option<i64>,
    regdate: Option<i64>,
    prevbalance: Option<f64>,
    prevmonthbalance: Option<f64>,
    balance: Option<f64>,
    storage: Option<f64>,
    commission: Option<f64>,
    credit: Option<f64>,
    margin: Option<f64>,
    margin_free: Option<f64>,
    margin_level: Option<f64>,
    equity: Option<f64>,
}

#[async_trait(?Send)]
impl ImportRow for AccountRow {
    fn key(&self) -> String {
        format!("account {}", self.login)
    }

    async fn import(mut self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        check(&[
            (fields::GROUP, &self.group),
            (fields::CURRENCY, &self.currency),
            (fields::COMMENT, &self.comment),
            (person::ALIAS, &self.person),
        ])?;
        let email = optional_email(fields::EMAIL, self.email.as_ref())?;
        let login = Login::try_from(self.login);
        let login = login.map_err(|error| Refusal::invalid("login", error.to_string()))?;
        let mut profile = self.take_profile();
        profile.check().map_err(Refusal::Invalid)?;
        if let Some(avatar) = profile.avatar.value() {
            profile.avatar = Some(usable_avatar(&work.ports, avatar).await?).into();
        }
        work.write(login, async |existing: Option<&Account>| {
            let (owner, person) = self.owner_and_person(work, existing).await?;
            let mut next = existing.cloned().unwrap_or_else(|| blank(login, person));
            next.owner = owner;
            next.person = person;
            profile.apply_to(&mut next.profile);
            self.write_terms(&mut next.terms);
            if let Some(email) = &email {
                next.terms.email.clone_from(email);
            }
            self.write_money(&mut next.money);
            next.update_time = self.update_time.unwrap_or(next.update_time);
            if self.update_time.is_none() && existing != Some(&next) {
                next.update_time = work.ports.clock.now().timestamp().max(next.update_time);
            }
            Ok(next)
        })
        .await
    }
}

impl AccountRow {
    /// Returns the row of a record. The person of an account with a customer is the customer's.
    pub(super) fn of(account: &Account, person: Option<ImportText>) -> Self {
        let Account { login, person: _, version: _, owner, profile, terms, money, update_time } = account;
        Self {
            login: login.number().into(),
            customer_id: owner.map(|owner| owner.id.0),
            person: person.filter(|_| owner.is_none()),
            update_time: Some(*update_time),
            name: Some((&profile.name).into()),
            avatar: Some((&profile.avatar).into()),
            phone: Some((&profile.phone).into()),
            address: Some((&profile.address).into()),
            city: Some((&profile.city).into()),
            state: Some((&profile.state).into()),
            country: Some((&profile.country).into()),
            zipcode: Some((&profile.zipcode).into()),
            user_color: Some((&profile.user_color).into()),
            email: Some((&terms.email).into()),
            group: Some((&terms.group).into()),
            currency: Some((&terms.currency).into()),
            comment: Some((&terms.comment).into()),
            enable: Some(ZeroOrOne(terms.enable)),
            enable_read_only: Some(ZeroOrOne(terms.enable_read_only)),
            enable_change_password: Some(ZeroOrOne(terms.enable_change_password)),
            leverage: Some(terms.leverage),
            regdate: Some(terms.regdate),
            prevbalance: Some(money.prevbalance),
            prevmonthbalance: Some(money.prevmonthbalance),
            balance: Some(money.balance),
            storage: Some(money.storage),
            commission: Some(money.commission),
            credit: Some(money.credit),
            margin: Some(money.margin),
            margin_free: Some(money.margin_free),
            margin_level: Some(money.margin_level),
            equity: Some(money.equity),
        }
    }

    fn take_profile(&mut self) -> ProfilePatch {
        ProfilePatch {
            name: patch(self.name.take()),
            avatar: patch(self.avatar.take()),
            phone: patch(self.phone.take()),
            address: patch(self.address.take()),
            city: patch(self.city.take()),
            state: patch(self.state.take()),
            country: patch(self.country.take()),
            zipcode: patch(self.zipcode.take()),
            user_color: patch(self.user_color.take()),
        }
    }

    /// An account of a customer belongs to the customer's person.
    async fn owner_and_person(
        &self,
        work: &Work,
        existing: Option<&Account>,
    ) -> Result<(Option<Owner>, PersonId), Refusal> {
        let owner = existing.and_then(|account| account.owner);
        let has_customer = self.customer_id.is_some() || owner.is_some();
        if has_customer && self.person.is_some() {
            let both = Violation::new("person", "is for an account without customer_id").of_rule("exclusive");
            return Err(Refusal::Invalid(vec![both]));
        }
        if let Some(id) = self.customer_id.map(CustomerId) {
            let found = work.ports.find::<Customer>(&id).await?;
            let customer = found.ok_or_else(|| Refusal::dangling("customer_id", "does not exist"))?;
            return Ok((Some(Owner { id, enabled: customer.enable }), customer.person));
        }
        let person = work.person_of(self.person.as_ref(), existing.map(|account| account.person)).await?;
        Ok((owner, person))
    }

    fn write_terms(&self, terms: &mut Terms) {
        let flag = |flag: Option<ZeroOrOne>, old| flag.map_or(old, |flag| flag.0);
        set(&mut terms.group, self.group.as_ref());
        set(&mut terms.currency, self.currency.as_ref());
        set(&mut terms.comment, self.comment.as_ref());
        terms.enable = flag(self.enable, terms.enable);
        terms.enable_read_only = flag(self.enable_read_only, terms.enable_read_only);
        terms.enable_change_password = flag(self.enable_change_password, terms.enable_change_password);
        terms.leverage = self.leverage.unwrap_or(terms.leverage);
        terms.regdate = self.regdate.unwrap_or(terms.regdate);
    }

    fn write_money(&self, money: &mut Money) {
        money.prevbalance = self.prevbalance.unwrap_or(money.prevbalance);
        money.prevmonthbalance = self.prevmonthbalance.unwrap_or(money.prevmonthbalance);
        money.balance = self.balance.unwrap_or(money.balance);
        money.storage = self.storage.unwrap_or(money.storage);
        money.commission = self.commission.unwrap_or(money.commission);
        money.credit = self.credit.unwrap_or(money.credit);
        money.margin = self.margin.unwrap_or(money.margin);
        money.margin_free = self.margin_free.unwrap_or(money.margin_free);
        money.margin_level = self.margin_level.unwrap_or(money.margin_level);
        money.equity = self.equity.unwrap_or(money.equity);
    }
}

fn blank(login: Login, person: PersonId) -> Account {
    Account {
        login,
        person,
        version: 0,
        owner: None,
        profile: Profile::default(),
        terms: Terms::default(),
        money: Money::default(),
        update_time: 0,
    }
}
