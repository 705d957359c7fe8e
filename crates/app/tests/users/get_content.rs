//! `GET /content/{id}` (section 8): the bytes of an upload, private ones at a signed address.

use crate::{
    files::{path, png, settled, uploaded},
    support::Target,
};

pub async fn private_bytes_are_read_at_a_signed_address_only(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let bytes = png();
    let file = uploaded(target, &token, "Nora é.PNG", bytes.clone()).await;
    let ready = settled(target, &token, &file["id"]).await;
    let content = target.send("GET", &path(&ready["url"]), |request| request).await;
    assert_eq!((content.status, &content.bytes), (200, &bytes));
    assert_eq!(content.header("content-disposition"), "attachment");
    let bare = path(&ready["url"]).split('?').next().unwrap().to_owned();
    for address in [bare.clone(), format!("{bare}?expires=99999999999&sig=x")] {
        assert_eq!(target.send("GET", &address, |request| request).await.status, 404, "{address}");
    }
}
