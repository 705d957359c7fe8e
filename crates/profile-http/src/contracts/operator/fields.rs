//! The fields of a record as a role may see them, and the names of those that are withheld (operator API page, sections 2
//! and 6).

use profile_domain::{
    catalogue::{Entry, catalogue, parts},
    change::{RecordKind, Value},
    operator::{Role, policy},
};
use profile_usecases::operator::RecordView;
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::shown::Shown;

/// Fields in catalogue order, members of objects beneath theirs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fields(Vec<(String, Node)>);

/// A field, or an object of fields.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Field(Shown),
    Object(Fields),
    /// An object that is not there.
    Nothing,
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, node) in &self.0 {
            match node {
                Node::Field(value) => map.serialize_entry(name, value)?,
                Node::Object(fields) => map.serialize_entry(name, fields)?,
                Node::Nothing => map.serialize_entry(name, &())?,
            }
        }
        map.end()
    }
}

impl Fields {
    /// Puts a node at a path, beneath the objects on the way.
    fn put(&mut self, path: &str, node: Node) {
        let Some((first, rest)) = path.split_once('.') else {
            self.0.push((path.to_owned(), node));
            return;
        };
        let known = self.0.iter_mut().find(|(name, _)| name == first);
        match known {
            Some((_, Node::Object(within))) => within.put(rest, node),
            Some(_) => {}
            None => {
                let mut within = Self::default();
                within.put(rest, node);
                self.0.push((first.to_owned(), Node::Object(within)));
            }
        }
    }

    fn put_nothing(&mut self, path: &str) {
        self.put(path, Node::Nothing);
    }
}

/// Returns the fields that `role` sees, and the names of those that are withheld.
pub(super) fn fields_for(view: &RecordView, role: Role) -> (Fields, Vec<String>) {
    let (mut fields, mut withheld) = (Fields::default(), Vec::new());
    let mut absent: Vec<&str> = Vec::new();
    for entry in catalogue(view.kind).iter().filter(|entry| !entry.is_input) {
        let revealed = view.revealed.as_ref().and_then(|revealed| revealed.get(&entry.name));
        let stored = view.values.get(&entry.name);
        let is_read = policy::check_read(role, entry, view.revealed.is_some()).is_ok();
        let is_erased = matches!(stored, Some(Value::Redacted(_)));
        let is_lost = matches!(stored, Some(Value::Masked(_))) && revealed.is_none();
        if !is_read || is_erased || is_lost {
            withheld.push(entry.name.clone());
        }
        if let Some(part) = absent_part(view, entry, role) {
            if !absent.iter().any(|known| *known == part || part.strip_prefix(known).is_some_and(within)) {
                absent.push(part);
                fields.put_nothing(part);
            }
            continue;
        }
        let value = match revealed {
            Some(text) => Value::Text(text.clone()),
            None => stored.filter(|_| is_read).cloned().unwrap_or(Value::Null),
        };
        fields.put(&entry.name, Node::Field(Shown(value)));
    }
    (fields, withheld)
}

fn within(rest: &str) -> bool {
    rest.starts_with('.')
}

/// Returns the outermost object of an entry that is not there. Whoever may read nothing of it does not learn that.
fn absent_part(view: &RecordView, entry: &Entry, role: Role) -> Option<&'static str> {
    let of = |part: &'static str| move |name: &str| name.strip_prefix(part).is_some_and(within);
    let mut containing: Vec<&'static str> = parts(view.kind)
        .iter()
        .filter(|part| part.nullable && of(part.name)(&entry.name))
        .map(|part| part.name)
        .collect();
    containing.sort_by_key(|part| part.len());
    containing.into_iter().find(|part| {
        let is_within = of(part);
        let is_absent = !view.values.keys().any(|name| is_within(name));
        is_absent && is_read_in_part(view.kind, role, is_within)
    })
}

fn is_read_in_part(kind: RecordKind, role: Role, is_within: impl Fn(&str) -> bool) -> bool {
    let mut entries = catalogue(kind).iter().filter(|entry| is_within(&entry.name));
    entries.any(|entry| policy::check_read(role, entry, false).is_ok())
}
