//! Credentials: the first byte says which contract gets the rest as its `Authorization`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use profile_fuzz::Service;

fuzz_target!(|input: &[u8]| {
    let Some((contract, credential)) = input.split_first() else { return };
    let paths = ["/account/me", "/users/me", "/client/profile", "/api/sys/v1/account/get_profile"];
    let path = paths[usize::from(*contract) % paths.len()];
    Service::shared().ask("GET", path, &[("authorization", credential)], b"");
});
