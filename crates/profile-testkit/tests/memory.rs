//! The in-memory adapters keep the promises of the ports, too.

use std::sync::Arc;

use profile_ports::{Media, Store};
use profile_testkit::memory::{MemoryMedia, MemoryStore};

profile_testkit::store_conformance!(async { (Arc::new(MemoryStore::default()) as Arc<dyn Store>, ()) });
profile_testkit::media_conformance!(async { (Arc::new(MemoryMedia::default()) as Arc<dyn Media>, ()) });
