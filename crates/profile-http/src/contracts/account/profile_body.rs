//! The body of an update (section 4.1): which members are read, refused and ignored.

use profile_domain::{
    Patch, Text, Violation,
    account::{Login, ProfilePatch, fields},
    field::Field,
};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::{body::Object, field_schema};

const LOGIN: &str = "login";

/// What an update asks for.
pub(super) struct ProfileBody {
    pub(super) login: Option<Login>,
    pub(super) patch: ProfilePatch,
}

/// The members of an object, read one by one; what is wrong with them gathers.
struct Members {
    object: Map<String, Value>,
    broken: Vec<Violation>,
}

impl ProfileBody {
    /// Reads the members; unknown ones are ignored, so that an answer can be sent back.
    pub(super) fn read(Object(object): Object) -> Result<Self, Vec<Violation>> {
        let forbidden = object.keys().filter(|name| fields::is_forbidden(name));
        let broken = forbidden.map(|name| Violation::new(name, "cannot be changed")).collect();
        let mut members = Members { object, broken };
        let login = members.login();
        let patch = ProfilePatch {
            name: members.text(&fields::NAME),
            avatar: members.text(&fields::AVATAR),
            phone: members.text(&fields::PHONE),
            address: members.text(&fields::ADDRESS),
            city: members.text(&fields::CITY),
            state: members.text(&fields::STATE),
            country: members.text(&fields::COUNTRY),
            zipcode: members.text(&fields::ZIPCODE),
            user_color: members.text(&fields::USER_COLOR),
        };
        if members.broken.is_empty() {
            return Ok(Self { login, patch });
        }
        members.broken.extend(patch.check().err().unwrap_or_default());
        Err(members.broken)
    }
}

impl Members {
    fn refuse(&mut self, field: &str, problem: impl Into<String>) {
        self.broken.push(Violation::new(field, problem));
    }

    fn login(&mut self) -> Option<Login> {
        let value = self.object.remove(LOGIN)?;
        let login = value.as_i64().and_then(|number| Login::try_from(number).ok());
        if login.is_none() {
            self.refuse(LOGIN, profile_domain::account::LoginOutOfRange.to_string());
        }
        login
    }

    fn text(&mut self, field: &Field) -> Patch<Text> {
        match self.object.remove(field.name) {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(Value::String(text)) => match Text::try_from(text) {
                Ok(text) => Patch::Value(text),
                Err(nul) => {
                    self.refuse(field.name, nul.to_string());
                    Patch::Absent
                }
            },
            Some(_) => {
                self.refuse(field.name, "must be a string");
                Patch::Absent
            }
        }
    }
}

/// The schema of the body, from the field catalogue.
pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    let mut properties = Map::new();
    properties.insert(LOGIN.to_owned(), json!({ "type": "integer", "minimum": 0, "maximum": i32::MAX }));
    for field in fields::PROFILE {
        properties.insert(field.name.to_owned(), field_schema::text(&field));
    }
    json_schema!({
        "type": "object",
        "description": "At least one field besides login. Names that are not listed are ignored, \
                        but the names of columns that nobody may change are refused.",
        "properties": properties,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Value) -> Result<ProfileBody, Vec<String>> {
        let object = body.as_object().unwrap().clone();
        let named = |broken: Vec<Violation>| broken.into_iter().map(|violation| violation.field).collect();
        ProfileBody::read(Object(object)).map_err(named)
    }

    #[test]
    fn unknown_names_and_the_time_stamp_are_ignored() {
        let body =
            read(&json!({"nickname": "x", "update_time": "whenever", "extra": {"a": [1]}})).ok().unwrap();
        assert!(body.patch.is_empty());
    }

    #[test]
    fn every_wrong_member_is_named() {
        let body = json!({"login": -1, "name": 5, "city": true, "email": null, "phone": "\0", "zipcode": null,
            "state": "x".repeat(129)});
        assert_eq!(
            read(&body).err().unwrap(),
            ["email", "login", "name", "phone", "city", "state", "zipcode"]
        );
    }

    #[test]
    fn a_login_is_a_plain_integer_in_range() {
        for login in [json!(0), json!(2_147_483_647)] {
            assert!(read(&json!({ "login": login, "name": "A" })).is_ok());
        }
        let wrong = ["\"70021\"", "70021.0", "7e4", "-1", "2147483648", "true", "null", "[]", "1e400"];
        for text in wrong {
            let Ok(login) = serde_json::from_str::<Value>(text) else { continue };
            assert_eq!(read(&json!({ "login": login, "name": "A" })).err().unwrap(), ["login"], "{text}");
        }
    }
}
