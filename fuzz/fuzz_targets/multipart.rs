//! Forms with files: the first byte says which endpoint gets the rest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use profile_fuzz::Service;

fuzz_target!(|input: &[u8]| {
    let Some((endpoint, body)) = input.split_first() else { return };
    let service = Service::shared();
    let (path, authorization) = match endpoint % 2 {
        0 => ("/upload", &service.account),
        _ => ("/client/profile/picture", &service.clients),
    };
    let headers: [(&str, &[u8]); 2] =
        [("authorization", authorization.as_bytes()), ("content-type", b"multipart/form-data; boundary=b")];
    service.ask("POST", path, &headers, body);
});
