//! Pictures: what is rendered is a picture again.
#![no_main]

use std::sync::OnceLock;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use profile_media::ImageRenderer;
use profile_ports::Images as _;
use tokio::runtime::Runtime;

fuzz_target!(|input: &[u8]| {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    static RENDERER: OnceLock<ImageRenderer> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| Runtime::new().unwrap());
    let renderer = RENDERER.get_or_init(ImageRenderer::default);
    let picture = Bytes::copy_from_slice(input);
    if let Ok(rendition) = runtime.block_on(renderer.render(picture)) {
        assert!(runtime.block_on(renderer.render(rendition.bytes)).is_ok(), "a rendition that is no picture");
    }
});
