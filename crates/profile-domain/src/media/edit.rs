//! How an operator writes files field by field. Their bytes never change.

use uuid::Uuid;

use super::MediaFile;
use crate::{Beginning, Editable, Input, PersonId, edit::Held, rule::Fault};

impl Editable for MediaFile {
    fn blank(uuid: Uuid, beginning: Beginning) -> Self {
        Self { person: beginning.person, ..Self::new(uuid) }
    }

    fn set_person(&mut self, person: PersonId) {
        self.person = Some(person);
    }

    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault> {
        match field {
            "extension" => {
                let extension = String::held(to)?;
                self.extension = extension.to_ascii_lowercase();
                Ok(())
            }
            "scope" => to.write(&mut self.scope.0),
            "purpose" => to.write(&mut self.purpose),
            _ => Err(Fault::Unknown),
        }
    }
}
