//! Who did something: an actor, with the name of the key beside its id.

use std::collections::BTreeMap;

use askama::{Template, filters::HtmlSafe};
use profile_domain::{change::Cause, operator::OperatorKeyId};
use profile_ports::Unavailable;
use profile_usecases::Ports;

use crate::shown::visible;

/// The names of the keys that actors are.
#[derive(Default)]
pub(crate) struct KeyNames(BTreeMap<String, String>);

impl KeyNames {
    /// Reads the names of the keys among these actors.
    pub(crate) async fn of<'a>(
        ports: &Ports,
        actors: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Unavailable> {
        let mut names = BTreeMap::new();
        for actor in actors {
            let id = actor.strip_prefix("operator:").and_then(|id| OperatorKeyId::try_from(id).ok());
            if let Some(id) = id.filter(|_| !names.contains_key(actor))
                && let Some(key) = ports.store.find_operator_key(&id).await?
            {
                names.insert(actor.to_owned(), visible(&key.name));
            }
        }
        Ok(Self(names))
    }

    /// Returns what to call an actor within a sentence.
    pub(crate) fn name(&self, actor: &str) -> String {
        let shown = visible(actor);
        self.0.get(actor).map_or_else(|| shown.clone(), |name| format!("{name} ({shown})"))
    }

    /// Returns an actor as pages show it.
    pub(crate) fn who(&self, actor: &str, door: Option<&str>) -> Who {
        let name = self.0.get(actor).cloned();
        Who { actor: visible(actor), name, door: door.map(str::to_owned) }
    }

    /// Returns who caused a change, and through which door.
    pub(crate) fn of_cause(&self, cause: &Cause) -> Who {
        self.who(&cause.actor, Some(&cause.door))
    }
}

/// An actor as pages show it.
#[derive(Template)]
#[template(path = "components/who.html")]
pub(crate) struct Who {
    actor: String,
    name: Option<String>,
    door: Option<String>,
}

impl HtmlSafe for Who {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_beside_its_id_and_turns_no_direction() {
        let actor = "operator:opk_7fK2mQ9xLd4TzB";
        let names = KeyNames(BTreeMap::from([(actor.to_owned(), "Desk".to_owned())]));
        assert_eq!(names.name(actor), "Desk (operator:opk_7fK2mQ9xLd4TzB)");
        let known = names.who(actor, None).render().unwrap();
        assert!(known.contains("<bdi>Desk</bdi> <code>operator:opk_7fK2mQ9xLd4TzB</code>"), "{known}");
        assert_eq!(names.name("client:a\u{202e}b"), "client:a[U+202E]b");
        let unknown = names.who("client:a\u{202e}b", Some("client")).render().unwrap();
        assert!(
            unknown.contains("<code>client:a[U+202E]b</code>") && unknown.contains("through client"),
            "{unknown}"
        );
    }
}
