//! The fields of a subscription as a form edits them, for a new one and for one that exists.

use std::collections::BTreeSet;

use profile_domain::{
    Patch, Text,
    change::RecordKind,
    operator::{
        MAX_HEADERS, MAX_LABEL_CHARS, Subscription, SubscriptionValues, TargetError, check_header_name,
        check_header_value, check_label, check_url, is_actor, is_filter_field,
    },
    outbound::AllowedTargets,
};
use profile_usecases::operator::SubscriptionPatch;

use crate::form::Form;

/// What the fields hold: as it is stored, or as somebody typed it.
#[derive(Default)]
pub(crate) struct SubscriptionFields {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) kinds: Vec<(&'static str, bool)>,
    pub(crate) fields: String,
    pub(crate) values: Vec<(&'static str, bool)>,
    pub(crate) not_actor: String,
    /// A header a line; a stored one has no value.
    pub(crate) headers: String,
    pub(crate) is_new: bool,
}

fn kinds(is_chosen: impl Fn(RecordKind) -> bool) -> Vec<(&'static str, bool)> {
    RecordKind::ALL.into_iter().map(|kind| (kind.name(), is_chosen(kind))).collect()
}

fn values(chosen: SubscriptionValues) -> Vec<(&'static str, bool)> {
    SubscriptionValues::ALL.into_iter().map(|values| (values.name(), values == chosen)).collect()
}

impl SubscriptionFields {
    /// Returns the fields of a new subscription.
    pub(crate) fn of_new() -> Self {
        let values = values(SubscriptionValues::default());
        Self { kinds: kinds(|_| false), values, is_new: true, ..Self::default() }
    }

    /// Returns the fields as they are stored.
    pub(crate) fn of_stored(stored: &Subscription) -> Self {
        let headers: Vec<String> =
            stored.headers.iter().map(|header| format!("{}:\n", header.name)).collect();
        let headers = headers.concat();
        Self {
            url: stored.url.as_str().to_owned(),
            name: stored.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
            kinds: kinds(|kind| stored.kinds.contains(&kind)),
            fields: stored.fields.join("\n"),
            values: values(stored.values),
            not_actor: stored.not_actor.clone().unwrap_or_default(),
            headers,
            is_new: false,
        }
    }

    /// Returns the fields as somebody typed them.
    pub(crate) fn of_typed(form: &Form, is_new: bool) -> Self {
        let text = |name| form.get(name).unwrap_or_default();
        Self {
            url: text("url"),
            name: text("name"),
            kinds: kinds(|kind| form.all("kind").any(|name| name == kind.name())),
            fields: text("fields"),
            values: values(SubscriptionValues::from_name(&text("values")).unwrap_or_default()),
            not_actor: text("not_actor"),
            headers: text("headers"),
            is_new,
        }
    }
}

/// Reads what somebody typed, or says everything that is wrong. `me` is the actor that is called so.
pub(crate) fn read(
    form: &Form,
    targets: &AllowedTargets,
    me: &str,
    is_new: bool,
) -> Result<SubscriptionPatch, Vec<String>> {
    let mut faults = Vec::new();
    let mut patch =
        SubscriptionPatch { name: Patch::Null, not_actor: Patch::Null, ..SubscriptionPatch::default() };
    let name = form.word("name").unwrap_or_default();
    match Text::try_from(name.as_str()) {
        _ if name.is_empty() => {}
        Ok(text) if check_label(&name).is_ok() => patch.name = Patch::Value(text),
        _ => faults.push(format!("Name: at most {MAX_LABEL_CHARS} characters, and no control characters.")),
    }
    let url = form.word("url").unwrap_or_default();
    match check_url(&url, targets).map(|()| Text::try_from(url.as_str())) {
        Ok(Ok(text)) => patch.url = Some(text),
        Err(TargetError::TooLong(limit)) => faults.push(format!("Target: at most {limit} characters.")),
        Err(TargetError::Forbidden) => {
            faults.push("Target: nothing may be sent to this address, as the service is set up.".to_owned());
        }
        Ok(Err(_)) | Err(TargetError::Malformed) => {
            faults.push("Target: it must be an https address.".to_owned());
        }
    }
    let is_chosen = |kind: &RecordKind| form.all("kind").any(|name| name == kind.name());
    patch.kinds = Some(RecordKind::ALL.into_iter().filter(is_chosen).collect());
    patch.fields = Some(fields(&form.get("fields").unwrap_or_default(), &mut faults));
    patch.values = form.get("values").and_then(|name| SubscriptionValues::from_name(&name));
    match form.word("not_actor") {
        None => {}
        Some(actor) if actor == "me" => patch.not_actor = Patch::Value(me.to_owned()),
        Some(actor) if is_actor(&actor) => patch.not_actor = Patch::Value(actor),
        Some(_) => {
            faults.push("Left out: it is no actor, as operator:opk_… or account-user:70021.".to_owned());
        }
    }
    patch.headers = Some(headers(&form.get("headers").unwrap_or_default(), is_new, &mut faults));
    if faults.is_empty() { Ok(patch) } else { Err(faults) }
}

/// Reads names of fields, each once.
fn fields(text: &str, faults: &mut Vec<String>) -> Vec<String> {
    let names: BTreeSet<&str> =
        text.split([',', ' ', '\n']).map(str::trim).filter(|name| !name.is_empty()).collect();
    let unknown = names.iter().filter(|name| !is_filter_field(name));
    faults.extend(unknown.map(|name| format!("Fields: no record has a field {name}.")));
    names.into_iter().map(str::to_owned).collect()
}

/// Reads headers, one a line; a stored one without a value keeps its own.
fn headers(text: &str, is_new: bool, faults: &mut Vec<String>) -> Vec<(String, Option<Text>)> {
    let (mut headers, mut names) = (Vec::new(), BTreeSet::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let (name, value) = (name.trim(), value.trim());
        let fault = if check_header_name(name).is_err() {
            Some("it may not be set, or is no name of a header")
        } else if !names.insert(name.to_ascii_lowercase()) {
            Some("it stands there twice")
        } else if is_new && value.is_empty() {
            Some("it needs a value behind a colon")
        } else if check_header_value(value).is_err() {
            Some("its value is too long, or has other characters than ASCII")
        } else {
            None
        };
        match (fault, Text::try_from(value)) {
            (None, Ok(value)) => {
                headers.push((name.to_owned(), Some(value).filter(|value| !value.is_empty())));
            }
            (fault, _) => {
                faults.push(format!("Headers: {name}: {}.", fault.unwrap_or("its value cannot be stored")));
            }
        }
    }
    if headers.len() > MAX_HEADERS {
        faults.push(format!("Headers: at most {MAX_HEADERS}."));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, is_new: bool) -> Result<SubscriptionPatch, Vec<String>> {
        read(&Form::of_text(text), &AllowedTargets::default(), "operator:opk_7fK2mQ9xLd4TzB", is_new)
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let long = "x".repeat(101);
        let text = format!(
            "url=http%3A%2F%2F127.0.0.1%2F&name={long}&fields=city+nonsense&not_actor=somebody&headers=Host%3A+a%0AX-Key"
        );
        let faults = of(&text, true).unwrap_err();
        for part in ["Name", "Target", "nonsense", "Left out", "Headers: Host", "Headers: X-Key"] {
            assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:?}");
        }
        assert_eq!(faults.len(), 6, "{faults:?}");
    }

    #[test]
    fn every_field_is_read_and_an_empty_one_takes_the_stored_value_away() {
        let text = "url=https%3A%2F%2Fhooks.example.com%2Fp&name=Desk&kind=user&values=public&fields=city,name\
                    &not_actor=me&headers=X-Key%3A+a%0AX-Old%3A";
        let patch = of(text, false).unwrap();
        assert_eq!(patch.kinds, Some(vec![RecordKind::User]));
        assert_eq!(patch.fields, Some(vec!["city".to_owned(), "name".to_owned()]));
        assert_eq!(patch.values, Some(SubscriptionValues::Public));
        assert_eq!(patch.not_actor, Patch::Value("operator:opk_7fK2mQ9xLd4TzB".to_owned()));
        let kept: Vec<bool> = patch.headers.unwrap().iter().map(|(_, value)| value.is_some()).collect();
        assert_eq!(kept, [true, false]);
        let patch = of("url=https%3A%2F%2Fhooks.example.com%2Fp", false).unwrap();
        assert_eq!(
            (patch.name, patch.not_actor, patch.headers),
            (Patch::Null, Patch::Null, Some(Vec::new()))
        );
    }
}
