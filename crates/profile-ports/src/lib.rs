//! What the profile service asks of the outside world, as traits; adapters implement them, use cases call them.
//!
//! Each promise is written where it is made; `profile-testkit` tests those that can be tested without knowing the adapter.
//!
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod balances;
mod call_counts;
mod chain;
pub mod change_log;
mod checkpoints;
mod clock;
pub mod columns;
mod commit;
mod copying;
mod database;
mod erasure;
mod error;
mod event_stream;
mod feed;
mod idempotency;
mod identity;
mod ids;
mod images;
mod json_members;
mod key_register;
mod media;
mod operator;
mod page;
mod passwords;
mod repositories;
mod repository;
mod search;
mod signer;
mod storage_size;
mod subscriptions;
mod vault;
mod verifications;
mod webhook;

pub use balances::Balances;
pub use call_counts::{AgedCalls, CallCounts, CountedCalls, NewCalls};
pub use chain::Chain;
pub use checkpoints::Checkpoints;
pub use clock::Clock;
pub use commit::{Commit, Step, Write};
pub use copying::{
    Cell, CopiedTable, CopyMark, Copying, LogEnds, MarkMove, Row, RowPage, TableContent, TableSum,
};
pub use database::{Database, NotDistributable, NotDurable};
pub use erasure::{Erasures, Forget, HoldState, Holds, PersonStep};
pub use error::{Broken, CommitError, ReadOnly, Source, Unavailable, UnknownOutcome};
pub use event_stream::{EventStream, StreamError, StreamEvent};
pub use feed::{Feed, LogRange};
pub use idempotency::{IdempotencyKey, IdempotencyStore, KeyedResponse, ResponseSubject, StoredResponse};
pub use identity::{
    AccountIdentity, ClientIdentity, KeyedHash, Purpose, TenantIdentity, TokenError, TokenKeys, UsersIdentity,
};
pub use ids::Ids;
pub use images::{ImageFault, Images, PICTURE_MAX_MEMORY, PICTURE_MAX_PIXELS, Rendition};
pub use json_members::JsonMembers;
pub use key_register::{KeyHolder, KeyRegister};
pub use media::{ByteRange, Media, MediaStream, MediaWriter, StoredFile, StoredFiles};
pub use operator::{
    AccessFilter, Accesses, EntryFilter, LogEntry, OperatorKeys, RecordRef, Records, RevokedKey,
};
pub use page::Page;
pub use passwords::{PasswordBusy, PasswordTurn, Passwords, Verdict};
pub use repositories::{
    Accounts, ApiKeys, Changes, Clients, ConnectionStats, Files, Held, Members, PersonKeys, Persons,
    Rewrapping, Store, TakeOver, Uploads, Users, Workspaces,
};
pub use repository::{Claims, Commits, Repository};
pub use search::{PersonSearch, SearchIndex, SearchMatch, SearchProgress, SearchScope, SearchStep};
pub use signer::Signer;
pub use storage_size::StorageSize;
pub use subscriptions::{
    Deliveries, DeliveryAttempt, DeliveryChange, Flush, Follower, Followers, SubscriptionChange,
    Subscriptions, WaitingDelivery,
};
pub use vault::{ServiceVault, UnlockedKey, Vault};
pub use verifications::{Verification, Verifications};
pub use webhook::{WebhookAttempt, WebhookError, WebhookRequest, WebhookSender, is_overloaded};
