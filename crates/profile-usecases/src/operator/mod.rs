//! What those who run the service do with records of every kind (operator API page).

mod apply;
mod authenticate;
mod complete;
mod create_key;
mod end_record;
mod get_capabilities;
mod get_person;
mod get_record;
mod get_state;
mod kinds;
mod list_accesses;
mod list_keys;
mod list_person_changes;
mod list_record_changes;
mod list_records;
mod members;
mod named;
mod patch_record;
mod precondition;
mod prepare;
mod put_record;
mod refusal;
mod replay;
mod reveal_record;
mod revert_record;
mod revoke_key;
mod search_persons;
mod view;

pub use authenticate::{NotAdmitted, authenticate_operator, note_key_use};
pub use create_key::{CreatedKey, NewOperatorKey, create_operator_key, created_operator_key};
pub use end_record::end_record;
pub use get_capabilities::get_capabilities;
pub use get_person::{PersonView, get_person};
pub use get_record::get_record;
pub use get_state::{Moment, get_state, provenance};
pub use kinds::{RecordName, is_canonical};
pub use list_accesses::list_accesses;
pub use list_keys::list_operator_keys;
pub use list_person_changes::list_person_changes;
pub use list_record_changes::list_record_changes;
pub use list_records::{RecordPage, list_records};
pub use members::{Member, Members};
pub use named::{Named, NamedFields, Step, What};
pub use patch_record::patch_record;
pub use precondition::{IfMatch, Precondition};
pub use put_record::{NewRecord, put_record};
pub use refusal::{Conflict, FieldError, OperatorRefusal, Place};
pub use replay::{KeyedCall, Outcome, find_replay};
pub use reveal_record::reveal_record;
pub use revert_record::revert_record;
pub use revoke_key::{revoke_operator_key, revoked_operator_key};
pub use search_persons::{FoundPerson, FoundPersons, SearchPlace, search_persons};
pub use view::{Actor, Provenance, RecordView};

/// The door of the operator API, as change records store it.
pub const OPERATOR: &str = "operator";
