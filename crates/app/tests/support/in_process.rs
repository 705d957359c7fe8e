//! The service in this process, over the memory adapters with the families.

use std::{path::Path, sync::Arc, thread};

use app::{
    keys::{Adopt, Need, OwnKeys},
    settings::Settings,
    wiring::{clock, core_over, listen, service, sockets, webhook_sender},
};
use profile_http::{Bound, Limits};
use profile_import::{Folder, Source, by_command, import};
use profile_testkit::memory::{MemoryMedia, MemoryStore};
use profile_usecases::Ports;

use super::families;

/// Serves after what `begin` does; returns the service's URL, and what that has returned.
pub fn in_process<T>(
    settings: &Settings,
    folder: &Path,
    begin: impl AsyncFnOnce(&Ports) -> T,
) -> (String, T) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (service, begun) = runtime.block_on(Box::pin(async {
        let store = Arc::new(MemoryStore::new(clock(settings), Arc::new(app::system::RandomIds)));
        let register = Arc::clone(&store) as _;
        let keys = OwnKeys::open(settings, &*store, register, Need::All, Adopt::default()).await.unwrap();
        let ports = core_over(settings, store, Arc::new(MemoryMedia::default()), &keys).unwrap();
        let fixture = Source::named(&families::write(folder)).unwrap();
        let rows = Folder::of(&fixture, &[]).unwrap();
        let report = import(&ports, &fixture, rows, by_command(&ports), async || false, |_| {}).await;
        assert_eq!(report.unwrap().failed, 0);
        let begun = begin(&ports).await;
        let webhooks = webhook_sender(settings).unwrap();
        (service(settings, ports, &keys, webhooks, None, String::new).unwrap(), begun)
    }));
    let bound = {
        let _guard = runtime.enter();
        listen(sockets(settings).unwrap(), service.state, settings, Limits::default())
    };
    let Bound { server, address, .. } = bound.unwrap();
    thread::spawn(move || runtime.block_on(server));
    (format!("http://{address}"), begun)
}
