//! A row of kind `account`.

use profile_domain::{
    account::{CustomerId, Login, Money, ProfilePatch, Terms, fields},
    person,
};
use profile_usecases::{
    Core, Origin, Refusal,
    import::{AccountImport, Imported, import_account},
};
use serde::Deserialize;

use super::members::{Flag, Words, check, optional_email, patch, set};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct AccountRow {
    pub(super) login: i64,
    customer_id: Option<i64>,
    person: Option<Words>,
    update_time: Option<i64>,
    name: Option<Words>,
    avatar: Option<Words>,
    phone: Option<Words>,
    address: Option<Words>,
    city: Option<Words>,
    state: Option<Words>,
    country: Option<Words>,
    zipcode: Option<Words>,
    user_color: Option<Words>,
    email: Option<Words>,
    group: Option<Words>,
    currency: Option<Words>,
    comment: Option<Words>,
    enable: Option<Flag>,
    enable_read_only: Option<Flag>,
    enable_change_password: Option<Flag>,
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

impl AccountRow {
    pub(super) async fn import(mut self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        check(&[
            (fields::GROUP, &self.group),
            (fields::CURRENCY, &self.currency),
            (fields::COMMENT, &self.comment),
            (person::ALIAS, &self.person),
        ])
        .map_err(Refusal::Invalid)?;
        let email = optional_email(self.email.as_ref())?;
        let login = Login::try_from(self.login);
        let import = AccountImport {
            login: login.map_err(|error| Refusal::invalid("login", error.to_string()))?,
            customer_id: self.customer_id.map(CustomerId),
            person: self.person.take().map(|person| person.0),
            profile: self.take_profile(),
            update_time: self.update_time,
        };
        let adjust = |terms: &mut Terms, money: &mut Money| {
            self.write_terms(terms);
            if let Some(email) = &email {
                terms.email.clone_from(email);
            }
            self.write_money(money);
        };
        import_account(core, import, adjust, origin).await
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

    fn write_terms(&self, terms: &mut Terms) {
        let flag = |flag: Option<Flag>, old| flag.map_or(old, |flag| flag.0);
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
