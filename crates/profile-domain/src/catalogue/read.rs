//! How a value that somebody sent for a field is read: null, then type, then limit and rule.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value as Json};

use super::{Flaw, pointer_token};
use crate::{
    Text,
    change::{Object, Value},
    client::birth_date,
    field::{Content, Default, Field, FieldType},
    rule::{Fault, TextRule},
    users::decimal_of,
};

/// The last year that a moment in RFC 3339 can have.
const LAST_YEAR: i32 = 9999;

impl From<Fault> for Flaw {
    fn from(fault: Fault) -> Self {
        Self { at: String::new(), fault }
    }
}

impl Flaw {
    /// Returns the flaw as one of the value that contains this one under `name`.
    fn within(self, name: &str) -> Self {
        Self { at: format!("/{}{}", pointer_token(name), self.at), ..self }
    }
}

/// Reads a value; see [`Entry::read`](super::Entry::read).
pub(super) fn read(field: &Field, json: &Json, now: DateTime<Utc>) -> Result<Value, Vec<Flaw>> {
    match (field.holds, json) {
        (FieldType::Json, _) => {}
        (_, Json::Null) if field.nullable => return Ok(Value::Null),
        (_, Json::Null) if field.mandatory => return Err(vec![Fault::Required.into()]),
        (_, Json::Null) => return default(field, now),
        _ => {}
    }
    match field.holds {
        FieldType::List => list(field, json, now),
        FieldType::Object => object(field.content, json, now),
        _ => single(field, json, now).map_err(|fault| vec![fault.into()]),
    }
}

/// Returns what the field holds where nothing is said.
fn default(field: &Field, now: DateTime<Utc>) -> Result<Value, Vec<Flaw>> {
    Ok(match (field.default, field.holds) {
        (Default::Chosen, _) | (Default::Empty, FieldType::Json) => Value::Null,
        (Default::Text(text), _) => Value::word(text),
        (Default::Integer(number), _) => Value::Integer(number),
        (Default::Empty, FieldType::Text { .. }) => Value::Text(Text::default()),
        (Default::Empty, FieldType::Integer | FieldType::IntegerWithin { .. } | FieldType::Bit) => {
            Value::Integer(0)
        }
        (Default::Empty, FieldType::Number | FieldType::Decimal | FieldType::SentNumber) => {
            Value::Number(0.0)
        }
        (Default::Empty, FieldType::Flag) => Value::Flag(false),
        (Default::Empty, FieldType::Time) => Value::moment(now),
        (Default::Empty, FieldType::List) => Value::List(Vec::new()),
        (Default::Empty, FieldType::Object) => return members(field.content, &Map::new(), now),
    })
}

fn single(field: &Field, json: &Json, now: DateTime<Utc>) -> Result<Value, Fault> {
    match field.holds {
        FieldType::Text { rule, .. } => text(field, rule, json, now.date_naive()),
        FieldType::Integer => integer(json, i64::MIN, i64::MAX).map(Value::Integer),
        FieldType::IntegerWithin { min, max } => integer(json, min, max).map(Value::Integer),
        FieldType::Bit => match json.as_number().map(serde_json::Number::as_u64) {
            None => Err(Fault::WrongType),
            Some(Some(bit @ (0 | 1))) => Ok(Value::bit(bit == 1)),
            Some(_) => Err(Fault::OutOfRange),
        },
        FieldType::Number => number(json).map(Value::Number),
        FieldType::Decimal => {
            let value = number(json).map(Value::Number)?;
            let is_decimal = json.as_number().and_then(decimal_of).is_some();
            if is_decimal { Ok(value) } else { Err(Fault::OutOfRange) }
        }
        FieldType::SentNumber => {
            number(json)?;
            Value::of_json(json).ok_or(Fault::WrongType)
        }
        FieldType::Flag => json.as_bool().map(Value::Flag).ok_or(Fault::WrongType),
        FieldType::Time => moment(json.as_str().ok_or(Fault::WrongType)?).map(Value::moment),
        // Only text with NUL cannot be stored.
        FieldType::Json => Value::of_json(json).ok_or(Fault::Nul),
        FieldType::List | FieldType::Object => Err(Fault::WrongType),
    }
}

/// Reads a text. One that must be there is not blank, unless any text will do or its form says so already; a plain one that
/// may be null and is blank counts as null, as in the client contract.
fn text(field: &Field, rule: TextRule, json: &Json, today: NaiveDate) -> Result<Value, Fault> {
    let text = json.as_str().ok_or(Fault::WrongType)?;
    if text.trim().is_empty() {
        if field.mandatory && rule != TextRule::Any && !rule.is_closed() {
            return Err(Fault::Blank);
        }
        if field.nullable && rule == TextRule::Plain {
            return Ok(Value::Null);
        }
    }
    let is_long = || field.max_chars().is_some_and(|limit| text.chars().count() > limit);
    let text = field.clean(text).map_err(|fault| match fault {
        Fault::Malformed if rule.is_choice() => Fault::OutOfRange,
        Fault::Malformed if rule == TextRule::Username && is_long() => Fault::TooLong,
        _ => fault,
    })?;
    if let (TextRule::BirthDate, Some(born)) = (rule, birth_date::parse(text.as_str())) {
        birth_date::check_age(born, today)?;
    }
    Ok(Value::Text(text))
}

fn integer(json: &Json, min: i64, max: i64) -> Result<i64, Fault> {
    let number = json.as_number().filter(|number| !number.is_f64()).ok_or(Fault::WrongType)?;
    number.as_i64().filter(|number| (min..=max).contains(number)).ok_or(Fault::OutOfRange)
}

fn number(json: &Json) -> Result<f64, Fault> {
    let number = json.as_number().ok_or(Fault::WrongType)?;
    number.as_f64().filter(|number| number.is_finite()).ok_or(Fault::OutOfRange)
}

/// Reads a moment, cut to microseconds; a leap second is the first one of the next minute.
fn moment(text: &str) -> Result<DateTime<Utc>, Fault> {
    use chrono::Datelike as _;

    let at = DateTime::parse_from_rfc3339(text).map_err(|_| Fault::Malformed)?;
    let at = DateTime::from_timestamp_micros(at.timestamp_micros()).ok_or(Fault::OutOfRange)?;
    if (0..=LAST_YEAR).contains(&at.year()) { Ok(at) } else { Err(Fault::OutOfRange) }
}

fn list(field: &Field, json: &Json, now: DateTime<Utc>) -> Result<Value, Vec<Flaw>> {
    let items = json.as_array().ok_or_else(|| vec![Fault::WrongType.into()])?;
    let (mut values, mut flaws) = (Vec::with_capacity(items.len()), Vec::new());
    for (place, item) in items.iter().enumerate() {
        let value = match field.content {
            Content::Values(of) => read(of, item, now),
            content => object(content, item, now),
        };
        match value {
            Ok(value) => values.push(value),
            Err(wrong) => flaws.extend(wrong.into_iter().map(|flaw| flaw.within(&place.to_string()))),
        }
    }
    if let Content::Descending { by, .. } = field.content {
        values.sort_by(|one, other| sort_key(other, by).cmp(&sort_key(one, by)));
    }
    if flaws.is_empty() { Ok(Value::List(values)) } else { Err(flaws) }
}

fn sort_key<'a>(item: &'a Value, by: &str) -> Option<&'a str> {
    match item {
        Value::Object(object) => match object.get(by) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    }
}

fn object(content: Content, json: &Json, now: DateTime<Utc>) -> Result<Value, Vec<Flaw>> {
    let given = json.as_object().ok_or_else(|| vec![Fault::WrongType.into()])?;
    members(content, given, now)
}

/// Reads the members of an object. Faults are in the order in which the members were sent; what is missing comes last.
fn members(content: Content, given: &Map<String, Json>, now: DateTime<Utc>) -> Result<Value, Vec<Flaw>> {
    let (Content::Members(known) | Content::Descending { members: known, .. }) = content else {
        return Value::of_json(&Json::Object(given.clone())).ok_or_else(|| vec![Fault::Nul.into()]);
    };
    let mut flaws: Vec<Flaw> = Vec::new();
    for (name, json) in given {
        let wrong = match known.iter().find(|field| field.name == name) {
            Some(field) => read(field, json, now).err().unwrap_or_default(),
            None => vec![Fault::Unknown.into()],
        };
        flaws.extend(wrong.into_iter().map(|flaw| flaw.within(name)));
    }
    let mut values = Vec::with_capacity(known.len());
    for field in known {
        let is_missing = field.mandatory && !given.contains_key(field.name);
        if is_missing {
            flaws.push(Flaw::from(Fault::Required).within(field.name));
        }
        let value = read(field, given.get(field.name).unwrap_or(&Json::Null), now);
        values.extend(value.ok().map(|value| (field.name.to_owned(), value)));
    }
    if flaws.is_empty() { Ok(Value::Object(values.into_iter().collect::<Object>())) } else { Err(flaws) }
}
