//! Public user profiles, and what the businesses that show a user say over them (contract users).

mod api_key;
mod business;
mod credential;
pub mod fields;
mod holding;
mod ids;
mod listing;
mod overriding;
pub mod policy;
mod text_rules;
mod upload;
mod user;
mod username;
mod version_date;
mod view;

pub use api_key::{ApiKey, KeyOwner};
pub use business::{App, Business, Install};
pub use credential::{Credential, Scopes};
pub use holding::{Breakdown, Holding, Settlement, total_usd};
pub use ids::{AppId, BusinessId, KeyId, MalformedId, UploadId, UserId};
pub use listing::{Listing, Position};
pub use overriding::{Override, OverridePatch};
pub use policy::AccessLevel;
pub use upload::{
    PICTURE_MAX_BYTES, Picture, PictureFault, UPLOAD_LIFETIME, Upload, UploadOwner, UploadStatus, Visibility,
};
pub use user::{IdentityStatus, SocialLink, User, UserFault, UserPatch, Verification};
pub use username::{Username, UsernameFault};
pub use version_date::{Family, UnknownVersion, VersionDate};
pub use view::UserView;
