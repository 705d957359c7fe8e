//! A person every text of whom is a word of its own, several times over, for tests that look for what an erasure leaves.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use profile_domain::{
    catalogue::catalogue, change::RecordKind, field::FieldType, operator::Role, rule::TextRule,
};
use serde_json::{Value, json};

use super::{
    answers::ok,
    erased::{Person, text, word},
    erasure_beside::{picture_of_a_business, show_picture},
    service::Service,
};
use crate::support::{full_rows, members, people::OWN};

/// How often every text is replaced by another one, so that only the log and what follows it have the earlier ones.
const ROUNDS: usize = 4;
/// Fewest texts that are planted.
const LEAST: usize = 200;

/// The members of import rows that take a word.
const WORDS: [&str; 40] = [
    "address",
    "address_line_1",
    "address_line_2",
    "bio",
    "brand",
    "browser",
    "city",
    "code",
    "comment",
    "counterparty_id",
    "description",
    "desk",
    "device",
    "education_level",
    "employer_name",
    "family_name",
    "first_name",
    "full_name",
    "given_name",
    "group",
    "industry_of_employment",
    "last_name",
    "name",
    "occupation",
    "platform_account_id",
    "platform_type",
    "preferred_language",
    "provider",
    "reason",
    "regular_expense",
    "staff_identifier",
    "state",
    "state_province",
    "symbol",
    "tax_identification_number",
    "user_color",
    "username",
    "wallet_type",
    "zip_postal_code",
    "zipcode",
];
/// Those that take an address with a word in it.
const URLS: [&str; 4] = ["icon_url", "image", "profile_pic", "url"];
/// Those whose values are sealed, so that they are in no file as they are.
const SEALED: [&str; 2] = ["tax_identification_number", "date_of_birth"];
/// Texts of people's records that take no word from an import: they are of closed lists, countries and currencies, or made by the
/// service; what a file and an upload are called and hold is planted beside the import.
const NOT_PLANTED: [&str; 24] = [
    "account avatar",
    "account country",
    "account currency",
    "file extension",
    "file purpose",
    "file original_name",
    "file base64",
    "user verification.individual",
    "user verification.business",
    "upload owner",
    "upload token",
    "upload filename",
    "upload content_type",
    "upload visibility",
    "upload upload_status",
    "upload content",
    "upload rendition",
    "client picture",
    "client financial_assessment.estimated_net_worth",
    "client financial_assessment.source_of_wealth",
    "client financial_assessment.net_annual_income",
    "client financial_assessment.primary_source_of_funds_for_trading",
    "member password_hash",
    "member password",
];
/// What the bytes of a PNG begin with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A person, and every text that was ever theirs.
pub struct Canaries {
    pub person: Person,
    /// What every word begins with, and no text of others.
    prefix: String,
    /// Texts that are stored as they are.
    pub open: BTreeSet<String>,
    /// Values that are sealed.
    pub sealed: BTreeSet<String>,
    number: i64,
    /// The bytes of the file, which are never other ones.
    file: String,
}

impl Canaries {
    /// Makes the person, with each text several times another one.
    pub async fn plant(service: &Service) -> Self {
        let number = service.number();
        let mut canaries = Self {
            person: Person { id: String::new(), word: String::new(), paths: Vec::new() },
            prefix: word(service).to_lowercase(),
            open: BTreeSet::new(),
            sealed: BTreeSet::new(),
            number,
            file: String::new(),
        };
        let bytes = [SIGNATURE, canaries.word().as_bytes()].concat();
        canaries.file = BASE64_STANDARD.encode(bytes);
        let tag = canaries.word();
        for _ in 0..ROUNDS {
            canaries.import(service, &tag).await;
        }
        let customer = service.record("customer", 9_500_000 + number).await;
        canaries.person.id = text(&customer["person"]);
        canaries.person.paths = paths(number);
        let (filename, reason) = (canaries.word(), canaries.word());
        let picture = picture_of_a_business(service, &filename).await;
        show_picture(service, &canaries.person, &picture).await;
        canaries.person.paths.push(format!("/records/upload/{picture}"));
        let change = json!({"fields": {"comment": canaries.word()}, "cause": {"reason": reason}});
        let key = canaries.word();
        let patch = service.patch(Role::Support, canaries.person.path("account"), &change);
        ok(&patch.header("idempotency-key", &key).await);
        assert!(canaries.all().count() >= LEAST, "{}", canaries.all().count());
        canaries
    }

    /// Every text.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.open.iter().chain(&self.sealed)
    }

    /// Which of the texts are among these bytes, in any case.
    pub fn within(&self, bytes: &[u8]) -> BTreeSet<String> {
        let bytes = String::from_utf8_lossy(&bytes.to_ascii_lowercase()).into_owned();
        // Few texts are no words, and looking for each of the words takes long.
        let words: BTreeSet<&str> = bytes
            .match_indices(&self.prefix)
            .filter_map(|(at, _)| bytes.get(at..at + self.prefix.len() + 3))
            .collect();
        let is_there = |text: &&String| {
            if text.starts_with(&self.prefix) {
                words.contains(text.as_str())
            } else {
                bytes.contains(text.as_str())
            }
        };
        self.all().filter(is_there).cloned().collect()
    }

    async fn import(&mut self, service: &Service, tag: &str) {
        let mut rows = full_rows::person(self.number, tag);
        for row in &mut rows {
            self.replace("", row);
        }
        let path = format!("/imports?reason={}", self.word());
        let alone = service.importing().await;
        let report = service
            .call(Role::Admin, "POST", &path)
            .body("application/x-ndjson", &full_rows::lines(&rows))
            .await;
        drop(alone);
        let last: Value = serde_json::from_str(report.text.lines().last().unwrap()).unwrap();
        assert_eq!(last["failed"], 0, "{}", report.text);
    }

    /// Replaces every text below a member that takes another one.
    fn replace(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::Object(members) => members.iter_mut().for_each(|(name, value)| self.replace(name, value)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace(name, item)),
            Value::String(text) => {
                if let Some(other) = self.other(name) {
                    *text = other;
                }
            }
            _ => {}
        }
    }

    fn other(&mut self, name: &str) -> Option<String> {
        if SEALED.contains(&name) {
            let other = self.sealed_value(name);
            self.sealed.insert(other.to_lowercase());
            return Some(other);
        }
        match name {
            "base64" => Some(self.file.clone()),
            "email" => Some(format!("{}@example.test", self.word())),
            "phone" => {
                let phone = format!("+4670{:03}{:05}", self.number % 1_000, self.open.len());
                self.open.insert(phone.clone());
                Some(phone)
            }
            _ if URLS.contains(&name) => Some(format!("https://example.test/{}", self.word())),
            _ => WORDS.contains(&name).then(|| self.word()),
        }
    }

    fn sealed_value(&self, name: &str) -> String {
        let number = self.sealed.len();
        match name {
            "date_of_birth" => format!("19{:02}-0{}-1{}", 40 + number, self.number % 9 + 1, number % 10),
            _ => format!("TX-{:04}{:05}", self.number, number),
        }
    }

    /// A word that nothing else has.
    fn word(&mut self) -> String {
        let word = format!("{}{}", self.prefix, letters(self.open.len()));
        self.open.insert(word.clone());
        word
    }
}

#[test]
fn every_open_text_of_a_person_takes_a_word() {
    // Closed lists are not searched for; the rest is made by the service, or is no text of a person.
    let is_open = |kind: FieldType| match kind {
        FieldType::Text { rule, .. } => {
            !matches!(rule, TextRule::OneOf(_) | TextRule::TrimmedOneOf(_) | TextRule::Country)
        }
        _ => false,
    };
    let is_planted = |name: &str| {
        ["email", "phone"].contains(&name) || [&WORDS[..], &URLS, &SEALED].concat().contains(&name)
    };
    let missing: Vec<String> = RecordKind::ALL
        .into_iter()
        .filter(|kind| kind.has_person())
        .flat_map(|kind| catalogue(kind).iter().map(move |entry| (kind, entry)))
        .filter(|(_, entry)| is_open(entry.field.holds))
        .filter(|(_, entry)| !is_planted(entry.name.rsplit('.').next().unwrap()))
        .map(|(kind, entry)| format!("{} {}", kind.name(), entry.name))
        .collect();
    assert_eq!(missing, NOT_PLANTED);
}

/// Three letters for a number.
fn letters(number: usize) -> String {
    [676, 26, 1].map(|place| char::from(b'a' + u8::try_from(number / place % 26).unwrap())).iter().collect()
}

/// The paths of the records that the rows make, in the order of the kinds.
fn paths(number: i64) -> Vec<String> {
    let user = format!("user_F{number:013}");
    let (member, file) = (9_500_000 + number, full_rows::file_uuid(number));
    [
        format!("customer/{member}"),
        format!("account/{member}"),
        format!("account/{}", 9_600_000 + number),
        format!("file/{file}"),
        format!("user/{user}"),
        format!("override/{user}:{OWN}"),
        format!("client/6b2f6a3e-8f0d-4c56-9f6e-{number:012x}"),
        format!("member/{member}"),
        format!("membership/{member}:{}", members::ACME),
        format!("membership/{member}:{}", members::OTHER),
    ]
    .map(|path| format!("/records/{path}"))
    .to_vec()
}
