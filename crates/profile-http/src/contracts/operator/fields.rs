//! The fields of a record as a role may see them, and the names of those that are withheld (operator API page, sections 2
//! and 6).

use profile_domain::{
    catalogue::{Part, catalogue, parts},
    change::{RecordKind, Value},
    operator::{Role, policy},
};
use profile_usecases::operator::RecordView;
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::shown::Borrowed;

/// Fields in catalogue order, members of objects beneath theirs.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(Vec<(&'a str, Node<'a>)>);

/// A field, or an object of fields.
#[derive(Debug)]
enum Node<'a> {
    Field(&'a Value),
    /// A sensitive value in clear.
    Revealed(&'a str),
    Object(Fields<'a>),
    /// A value or an object that is not there, or not shown.
    Nothing,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, node) in &self.0 {
            match node {
                Node::Field(value) => map.serialize_entry(name, &Borrowed(value))?,
                Node::Revealed(text) => map.serialize_entry(name, text)?,
                Node::Object(fields) => map.serialize_entry(name, fields)?,
                Node::Nothing => map.serialize_entry(name, &())?,
            }
        }
        map.end()
    }
}

impl<'a> Fields<'a> {
    /// Puts a node at a path, beneath the objects on the way.
    fn put(&mut self, path: &'a str, node: Node<'a>) {
        let Some((first, rest)) = path.split_once('.') else {
            self.0.push((path, node));
            return;
        };
        let known = self.0.iter_mut().find(|(name, _)| *name == first);
        match known {
            Some((_, Node::Object(within))) => within.put(rest, node),
            Some(_) => {}
            None => {
                let mut within = Self::default();
                within.put(rest, node);
                self.0.push((first, Node::Object(within)));
            }
        }
    }
}

/// Returns the fields that `role` sees, and the names of those that are withheld.
pub(super) fn fields_for(view: &RecordView, role: Role) -> (Fields<'_>, Vec<String>) {
    let (mut fields, mut withheld) = (Fields::default(), Vec::new());
    let absent = absent_parts(view, role);
    let mut shown: Vec<&str> = Vec::new();
    for entry in catalogue(view.kind).iter().filter(|entry| !entry.is_input) {
        let revealed = view.revealed.as_ref().and_then(|revealed| revealed.get(&entry.name));
        let stored = view.values.get(&entry.name);
        let is_read = policy::check_read(role, entry, view.revealed.is_some()).is_ok();
        let is_erased = matches!(stored, Some(Value::Redacted(_)));
        let is_lost = matches!(stored, Some(Value::Masked(_))) && revealed.is_none();
        if !is_read || is_erased || is_lost {
            withheld.push(entry.name.clone());
        }
        let around = absent.iter().filter(|part| is_within(&entry.name, part));
        if let Some(outermost) = around.min_by_key(|part| part.len()) {
            if !shown.contains(outermost) {
                shown.push(outermost);
                fields.put(outermost, Node::Nothing);
            }
            continue;
        }
        let node = match (revealed, stored.filter(|_| is_read)) {
            (Some(text), _) => Node::Revealed(text.as_str()),
            (None, Some(value)) => Node::Field(value),
            (None, None) => Node::Nothing,
        };
        fields.put(&entry.name, node);
    }
    (fields, withheld)
}

/// Whether a field or an object belongs to the object `part`.
fn is_within(name: &str, part: &str) -> bool {
    name.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'))
}

/// Returns the objects that are not there. Whoever may read nothing of one does not learn that.
fn absent_parts(view: &RecordView, role: Role) -> Vec<&'static str> {
    let is_absent = |part: &&Part| {
        part.nullable && !has_values(view, part.name) && is_read_in_part(view.kind, role, part.name)
    };
    parts(view.kind).iter().filter(is_absent).map(|part| part.name).collect()
}

/// Whether anything of an object has a value. Values are in the order of their names.
fn has_values(view: &RecordView, part: &str) -> bool {
    let from = view.values.range(part.to_owned()..);
    from.map(|(name, _)| name).take_while(|name| name.starts_with(part)).any(|name| is_within(name, part))
}

fn is_read_in_part(kind: RecordKind, role: Role, part: &str) -> bool {
    let mut entries = catalogue(kind).iter().filter(|entry| is_within(&entry.name, part));
    entries.any(|entry| policy::check_read(role, entry, false).is_ok())
}
