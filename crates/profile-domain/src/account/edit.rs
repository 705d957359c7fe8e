//! How an operator writes customers and accounts field by field.

use chrono::{DateTime, Utc};

use super::{Account, Customer, CustomerId, Login, Money, Owner, Profile, Terms};
use crate::{Beginning, Editable, Input, PersonId, edit::Held, rule::Fault};

impl Editable for Customer {
    fn blank(id: CustomerId, beginning: Beginning) -> Self {
        Self::new(id, beginning.person_or_nil())
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "email" => to.write(&mut self.email),
            "full_name" => to.write(&mut self.full_name),
            "first_name" => to.write(&mut self.first_name),
            "last_name" => to.write(&mut self.last_name),
            "phone" => to.write(&mut self.phone),
            "status" => to.write(&mut self.status),
            "enable" => to.write(&mut self.enable),
            "brand" => to.write(&mut self.brand),
            "preferred_language" => to.write(&mut self.preferred_language),
            "desk" => to.write(&mut self.desk),
            "manager_id" => to.write(&mut self.manager_id),
            _ => Err(Fault::Unknown),
        }
    }
}

impl Account {
    /// Replaces the owner. A commit does not write whether a new one is enabled, so whoever reads the account next finds out.
    fn set_owner(&mut self, id: Option<CustomerId>) {
        let known = self.owner.filter(|owner| Some(owner.id) == id);
        self.owner = known.or_else(|| id.map(|id| Owner { id, enabled: true }));
    }
}

impl Editable for Account {
    fn blank(login: Login, beginning: Beginning) -> Self {
        Self {
            login,
            person: beginning.person_or_nil(),
            version: 0,
            owner: None,
            profile: Profile::default(),
            terms: Terms::default(),
            money: Money::default(),
            update_time: 0,
        }
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = person;
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        let Self { login: _, person: _, version: _, owner: _, profile, terms, money, update_time } = self;
        match field {
            "name" => to.write(&mut profile.name),
            "avatar" => to.write(&mut profile.avatar),
            "phone" => to.write(&mut profile.phone),
            "address" => to.write(&mut profile.address),
            "city" => to.write(&mut profile.city),
            "state" => to.write(&mut profile.state),
            "country" => to.write(&mut profile.country),
            "zipcode" => to.write(&mut profile.zipcode),
            "user_color" => to.write(&mut profile.user_color),
            "customer_id" => {
                let id: Option<i64> = Held::held(to)?;
                self.set_owner(id.map(CustomerId));
                Ok(())
            }
            "email" => to.write(&mut terms.email),
            "group" => to.write(&mut terms.group),
            "currency" => to.write(&mut terms.currency),
            "comment" => to.write(&mut terms.comment),
            "enable" => to.write(&mut terms.enable),
            "enable_read_only" => to.write(&mut terms.enable_read_only),
            "enable_change_password" => to.write(&mut terms.enable_change_password),
            "leverage" => to.write(&mut terms.leverage),
            "regdate" => to.write(&mut terms.regdate),
            "prevbalance" => to.write(&mut money.prevbalance),
            "prevmonthbalance" => to.write(&mut money.prevmonthbalance),
            "balance" => to.write(&mut money.balance),
            "storage" => to.write(&mut money.storage),
            "commission" => to.write(&mut money.commission),
            "credit" => to.write(&mut money.credit),
            "margin" => to.write(&mut money.margin),
            "margin_free" => to.write(&mut money.margin_free),
            "margin_level" => to.write(&mut money.margin_level),
            "equity" => to.write(&mut money.equity),
            "update_time" => to.write_unless_null(update_time),
            _ => Err(Fault::Unknown),
        }
    }

    const MOVED: &[&str] = &["update_time"];

    /// As in an import, and never back.
    fn touch(&mut self, before: Option<&Self>, now: DateTime<Utc>) {
        self.update_time = now.timestamp().max(before.map_or(0, |before| before.update_time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Value;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 999_999_999).unwrap()
    }

    fn account() -> Account {
        let beginning = Beginning { person: None, now: at(0) };
        Account { update_time: 100, ..Account::blank(Login::try_from(7).unwrap(), beginning) }
    }

    #[test]
    fn the_time_of_an_account_moves_and_never_goes_back() {
        let before = account();
        for (now, time) in [(200, 200), (50, 100)] {
            let mut next = before.clone();
            next.set("city", Input::Value(Value::word("Malmö"))).unwrap();
            next.touch(Some(&before), at(now));
            assert_eq!(next.update_time, time);
        }
        let mut begun = Account { update_time: 0, ..account() };
        begun.touch(None, at(200));
        assert_eq!(begun.update_time, 200);
    }

    #[test]
    fn a_time_is_set_but_not_by_null() {
        let mut next = account();
        next.set("update_time", Input::Value(Value::Integer(5))).unwrap();
        assert_eq!(next.update_time, 5);
        next.set("update_time", Input::Value(Value::Null)).unwrap();
        assert_eq!(next.update_time, 5);
    }

    #[test]
    fn an_account_without_its_customer_stays_with_its_person() {
        let mut account = account();
        account.set("customer_id", Input::Value(Value::Integer(42))).unwrap();
        assert_eq!(account.owner.map(|owner| owner.id), Some(CustomerId(42)));
        let person = account.person;
        account.set("customer_id", Input::Value(Value::Null)).unwrap();
        assert_eq!((account.owner, account.person), (None, person));
    }
}
