//! The shapes that the user object has had (section 2), and fields that only some of them have: the type of such a field
//! names its shapes, from which its presence in an answer and in the schema of each shape follow.

use profile_domain::users::VersionDate;
use schemars::{
    JsonSchema, Schema, SchemaGenerator, json_schema,
    transform::{Transform, transform_subschemas},
};
use serde::Serialize;
use serde_json::{Value, json};

// A shape is a bit, called by the date that it begins with, so that a set of shapes is a number.
pub(super) const V2025_01_01: u8 = 1;
pub(super) const V2026_06_08: u8 = 1 << 1;
pub(super) const V2026_07_08: u8 = 1 << 2;
pub(super) const V2026_07_22: u8 = 1 << 3;
pub(super) const V2026_09_23: u8 = 1 << 4;
pub(super) const V2026_10_08: u8 = 1 << 5;
pub(super) const V2026_10_09_2: u8 = 1 << 6;
pub(super) const V2026_10_13_1: u8 = 1 << 7;

/// Every shape, oldest first.
pub(super) const SHAPES: [(u8, &str); 8] = [
    (V2025_01_01, "2025-01-01"),
    (V2026_06_08, "2026-06-08"),
    (V2026_07_08, "2026-07-08"),
    (V2026_07_22, "2026-07-22"),
    (V2026_09_23, "2026-09-23"),
    (V2026_10_08, "2026-10-08"),
    (V2026_10_09_2, "2026-10-09-2"),
    (V2026_10_13_1, "2026-10-13-1"),
];

/// `shape` and every later one.
pub(super) const fn since(shape: u8) -> u8 {
    !before(shape)
}

/// Every shape earlier than `shape`.
pub(super) const fn before(shape: u8) -> u8 {
    shape - 1
}

/// One of the shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape(u8);

impl Shape {
    /// Returns the shape that users have at `version`.
    pub(super) fn of(version: VersionDate) -> Self {
        let begun = SHAPES.iter().rev().find(|(_, first)| version.is_since(first));
        Self(begun.map_or(V2025_01_01, |(shape, _)| *shape))
    }

    pub(super) const fn is_in(self, shapes: u8) -> bool {
        self.0 & shapes != 0
    }
}

/// A field that the object has in `SHAPES` only.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct InShapes<const SHAPES: u8, T>(Option<T>);

impl<const SHAPES: u8, T> InShapes<SHAPES, T> {
    pub(super) fn at(shape: Shape, value: impl FnOnce() -> T) -> Self {
        Self(shape.is_in(SHAPES).then(value))
    }

    pub(super) const fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

/// A field that may be null in `SHAPES`, and has a value in all others.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct NullIn<const SHAPES: u8, T>(Option<T>);

impl<const SHAPES: u8, T> NullIn<SHAPES, T> {
    pub(super) fn at(shape: Shape, value: Option<T>, other: impl FnOnce() -> T) -> Self {
        Self(if shape.is_in(SHAPES) { value } else { Some(value.unwrap_or_else(other)) })
    }
}

/// Keywords that carry the types' shapes to [`schemas`], which removes them.
const IN_SHAPES: &str = "x-in-shapes";
const NULL_IN: &str = "x-null-in";

impl<const SHAPES: u8, T: JsonSchema> JsonSchema for InShapes<SHAPES, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        marked::<T>(generator, IN_SHAPES, SHAPES)
    }
}

impl<const SHAPES: u8, T: JsonSchema> JsonSchema for NullIn<SHAPES, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        marked::<T>(generator, NULL_IN, SHAPES)
    }
}

fn marked<T: JsonSchema>(generator: &mut SchemaGenerator, keyword: &str, shapes: u8) -> Schema {
    let mut schema = generator.subschema_for::<T>();
    schema.insert(keyword.to_owned(), shapes.into());
    schema
}

/// Adds the schema of each shape of `T` to the components, as `name_DATE`, and returns the schema of any one of them.
/// The newest is first, because some clients take the first one that fits.
pub(super) fn schemas<T: JsonSchema>(generator: &mut SchemaGenerator, name: &str) -> Schema {
    let all = T::json_schema(generator);
    let mut end = None;
    let mut references = Vec::new();
    for (shape, first) in SHAPES.into_iter().rev() {
        let mut schema = all.clone();
        Shape(shape).transform(&mut schema);
        let versions =
            end.map_or_else(|| format!("{first} or later"), |end| format!("{first} or later, before {end}"));
        schema.insert("description".to_owned(), format!("At Api-Version-Date {versions}.").into());
        schema.insert("additionalProperties".to_owned(), false.into());
        let component = format!("{name}_{}", first.replace('-', "_"));
        references.push(json!({ "$ref": format!("#{}/{component}", generator.settings().definitions_path) }));
        generator.definitions_mut().insert(component, schema.into());
        end = Some(first);
    }
    json_schema!({ "oneOf": references, "description": "The shape of the version." })
}

/// Makes the schema of all fields that of one shape, in which every field is present.
impl Transform for Shape {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
        properties.retain(|_, property| take(property, IN_SHAPES).is_none_or(|shapes| self.is_in(shapes)));
        for property in properties.values_mut() {
            if take(property, NULL_IN).is_some_and(|shapes| self.is_in(shapes)) {
                *property = json!({ "anyOf": [property.take(), { "type": "null" }] });
            }
        }
        let required: Value = properties.keys().cloned().collect();
        schema.insert("required".to_owned(), required);
    }
}

fn take(property: &mut Value, keyword: &str) -> Option<u8> {
    property.as_object_mut()?.remove(keyword)?.as_u64()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_lasts_from_its_date_until_the_next_one_begins() {
        let shape = |date: &str| Shape::of(VersionDate::try_from(date).unwrap());
        for (bit, first) in SHAPES {
            assert_eq!(shape(first), Shape(bit), "{first}");
        }
        for (last, bit) in [
            ("2026-07-01", V2026_06_08),
            ("2026-07-20", V2026_07_08),
            ("2026-09-22-4", V2026_07_22),
            ("2026-10-07-2", V2026_09_23),
            ("2026-10-09-1", V2026_10_08),
            ("2026-10-13", V2026_10_09_2),
            ("2026-10-15-1", V2026_10_13_1),
        ] {
            assert_eq!(shape(last), Shape(bit), "{last}");
        }
    }
}
