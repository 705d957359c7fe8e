//! The in-memory adapters keep the promises of the ports, too.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // a test fails by panicking

use std::sync::Arc;

use profile_ports::{Media, Store};
use profile_testkit::memory::{MemoryMedia, MemoryStore};

profile_testkit::store_conformance!(async { (Arc::new(MemoryStore::default()) as Arc<dyn Store>, ()) });
profile_testkit::key_register_conformance!(async { (Arc::new(MemoryStore::default()), ()) });
profile_testkit::media_conformance!(async { (Arc::new(MemoryMedia::default()) as Arc<dyn Media>, ()) });
