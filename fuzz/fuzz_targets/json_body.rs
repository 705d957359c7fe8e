//! JSON bodies: the first byte says which endpoint gets the rest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use profile_fuzz::Service;

fuzz_target!(|input: &[u8]| {
    let Some((endpoint, body)) = input.split_first() else { return };
    let service = Service::shared();
    let (account, users, client, tenant) = (&service.account, &service.users, &service.clients, &service.tenant);
    let endpoints = [
        ("PUT", "/account/me", account),
        ("PATCH", "/users/me", users),
        ("POST", "/files", users),
        ("PUT", "/client/profile", client),
        ("PUT", "/client/address", client),
        ("PUT", "/client/tax-information", client),
        ("PUT", "/client/financial-assessment", client),
        ("PUT", "/api/sys/v1/account/update_profile", tenant),
    ];
    let (method, path, authorization) = endpoints[usize::from(*endpoint) % endpoints.len()];
    let headers: [(&str, &[u8]); 2] =
        [("authorization", authorization.as_bytes()), ("content-type", b"application/json")];
    service.ask(method, path, &headers, body);
});
