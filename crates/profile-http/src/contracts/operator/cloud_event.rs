//! The bodies of deliveries: changes as `CloudEvents` in their structured form (operator API page, section 10, body).

use bytes::Bytes;
use chrono::{DateTime, Utc};
use profile_domain::{
    change::{ChangeRecord, moment},
    operator::{Role, SubscriptionValues},
};
use profile_usecases::delivery::{EventFormat, EventKind};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::response::Change;

/// Most bytes of a body with values.
const MAX_BYTES: usize = 256 * 1024;

/// Writes changes as `CloudEvents`.
#[derive(Debug, Clone)]
pub struct CloudEvents {
    source: String,
}

#[derive(Serialize)]
struct Event<'a, D> {
    specversion: &'static str,
    id: String,
    source: &'a str,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    time: &'a str,
    datacontenttype: &'static str,
    timestamp: &'a str,
    data: D,
}

impl CloudEvents {
    /// Returns the format of a service whose addresses begin with `public_url`.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        Self { source: format!("{public_url}/operator/v1") }
    }

    fn event(
        &self,
        id: Uuid,
        kind: String,
        subject: Option<String>,
        at: DateTime<Utc>,
        data: impl Serialize,
    ) -> Vec<u8> {
        let at = moment(at);
        let event = Event {
            specversion: "1.0",
            id: id.to_string(),
            source: &self.source,
            kind,
            subject,
            time: &at,
            datacontenttype: "application/json",
            timestamp: &at,
            data,
        };
        // Texts, numbers and names of members that are texts can always be written.
        serde_json::to_vec(&event).unwrap_or_default()
    }
}

impl EventFormat for CloudEvents {
    fn change(&self, change: &ChangeRecord, kind: EventKind, values: SubscriptionValues) -> Bytes {
        let ChangeRecord { id, kind: of, key, at, .. } = change;
        let body = |data: Change| {
            let (kind, subject) =
                (format!("profile.{}.{}", of.name(), kind.name()), format!("{}/{key}", of.name()));
            self.event(*id, kind, Some(subject), *at, data)
        };
        let role = match values {
            SubscriptionValues::None | SubscriptionValues::Public => Role::Reader,
            SubscriptionValues::Personal => Role::Support,
        };
        let shown = || Change::new(change, role, false);
        if values != SubscriptionValues::None {
            let full = body(shown());
            if full.len() <= MAX_BYTES {
                return full.into();
            }
        }
        body(shown().without_values()).into()
    }

    fn test(&self, id: Uuid, at: DateTime<Utc>) -> Bytes {
        self.event(id, "profile.test".to_owned(), None, at, json!({})).into()
    }
}

#[cfg(test)]
mod tests {
    use profile_domain::{
        Text,
        change::{Cause, Digest, FieldChange, Reason, RecordKind, Salt, Value},
    };

    use super::*;

    const HEAD: &str = concat!(
        r#"{"specversion":"1.0","id":"019cb73d-3218-71f7-81a2-b3c4d5e6f708","source":"https://id.test/operator/v1","#,
        r#""type":"profile.account.updated","subject":"account/70021","time":"2026-03-04T05:06:07.000123Z","#,
        r#""datacontenttype":"application/json","timestamp":"2026-03-04T05:06:07.000123Z","#,
        r#""data":{"id":"019cb73d-3218-71f7-81a2-b3c4d5e6f708","kind":"account","key":"70021","person":null,"version":8,"#,
        r#""at":"2026-03-04T05:06:07.000123Z","cause":{"actor":"operator","door":"operator","request_id":"r-18","reason":"#
    );

    fn change(city: &str) -> ChangeRecord {
        let text = |text: &str| Text::try_from(text).unwrap();
        ChangeRecord {
            id: "019cb73d-3218-71f7-81a2-b3c4d5e6f708".parse().unwrap(),
            person: None,
            kind: RecordKind::Account,
            key: "70021".to_owned(),
            root: "70021".to_owned(),
            version: 8,
            at: "2026-03-04T05:06:07.000123Z".parse().unwrap(),
            cause: Cause {
                actor: "operator".to_owned(),
                door: "operator".to_owned(),
                request_id: "r-18".to_owned(),
                reason: Some(Reason::Text(text("ticket 4711"))),
            },
            fields: vec![FieldChange {
                field: "city".to_owned(),
                old: Value::Null,
                new: Value::Text(text(city)),
            }],
            ended: false,
            salt: Some(Salt([0; 16])),
            expired: false,
            digest: Digest::default(),
        }
    }

    fn body(change: &ChangeRecord, values: SubscriptionValues) -> String {
        let events = CloudEvents::new("https://id.test");
        String::from_utf8(events.change(change, EventKind::Updated, values).to_vec()).unwrap()
    }

    #[test]
    fn values_are_those_that_the_subscription_is_sent() {
        let zeros = "0".repeat(64);
        let end = |withheld: &str| {
            format!(r#""ended":false,"erased":false,"digest":"{zeros}","withheld":[{withheld}]}}}}"#)
        };
        for (values, tail, withheld) in [
            (SubscriptionValues::None, r#"null},"fields":[{"field":"city"}],"#, ""),
            (
                SubscriptionValues::Public,
                r#"null},"fields":[{"field":"city","old":null,"new":null}],"#,
                r#""city","cause.reason""#,
            ),
            (
                SubscriptionValues::Personal,
                r#""ticket 4711"},"fields":[{"field":"city","old":null,"new":"Malmö"}],"#,
                "",
            ),
        ] {
            assert_eq!(body(&change("Malmö"), values), format!("{HEAD}{tail}{}", end(withheld)));
        }
    }

    #[test]
    fn a_body_that_is_too_long_goes_without_values() {
        let long = change(&"x".repeat(MAX_BYTES));
        assert_eq!(body(&long, SubscriptionValues::Personal), body(&long, SubscriptionValues::None));
        let fits = body(&change(&"x".repeat(MAX_BYTES - 1000)), SubscriptionValues::Personal);
        assert!(fits.len() > MAX_BYTES - 1000);
    }

    #[test]
    fn a_test_has_no_subject_and_no_data() {
        let id = "019cb73d-3218-71f7-81a2-b3c4d5e6f708".parse().unwrap();
        let body = CloudEvents::new("https://id.test").test(id, "2026-03-04T05:06:07Z".parse().unwrap());
        assert_eq!(
            String::from_utf8(body.to_vec()).unwrap(),
            concat!(
                r#"{"specversion":"1.0","id":"019cb73d-3218-71f7-81a2-b3c4d5e6f708","source":"https://id.test/operator/v1","#,
                r#""type":"profile.test","time":"2026-03-04T05:06:07.000000Z","datacontenttype":"application/json","#,
                r#""timestamp":"2026-03-04T05:06:07.000000Z","data":{}}"#
            )
        );
    }
}
