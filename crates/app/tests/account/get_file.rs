//! `GET /storage/…` (section 4.4; section 8, row 43).

use crate::support::{Answer, FILES, Target};

const BYTES: &[u8] = b"\x89PNG\r\n\x1a\nsome pixels";

async fn get(target: &Target, name: &str, headers: &[(&str, &str)]) -> Answer {
    target
        .send("GET", &format!("/storage/{name}"), |request| {
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        })
        .await
}

pub async fn public_files_only(target: &Target) {
    let public = FILES.public;
    for name in [public.to_owned(), format!("{public}.png"), public.to_uppercase(), FILES.document.to_owned()]
    {
        let answer = get(target, &name, &[]).await;
        assert_eq!((answer.status, answer.bytes.as_slice()), (200, BYTES), "{name}");
    }
    for name in [FILES.legacy.to_owned(), format!("{}.svg", FILES.legacy)] {
        assert_eq!(get(target, &name, &[]).await.status, 200, "{name}");
    }
    for name in [
        FILES.private.to_owned(),
        FILES.odd_scope.to_owned(),
        "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6aff".to_owned(),
        format!("{public}.jpg"),
        format!("{public}.svg"),
        format!("{public}."),
        format!("{}.png", FILES.legacy),
        public.replace('-', ""),
        format!("{public}%2Fx"),
        "..%2f..%2fprofile.db".to_owned(),
        "%00".to_owned(),
        "x".repeat(2000),
    ] {
        get(target, &name, &[]).await.refused(404, "RET_NOT_FOUND");
    }
    let with_bad_token = get(target, public, &[("authorization", "nonsense")]).await;
    assert_eq!(with_bad_token.status, 200);
}

pub async fn headers_of_files(target: &Target) {
    let answer = get(target, FILES.public, &[]).await;
    assert_eq!(answer.header("content-type"), "image/png");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("content-length"), BYTES.len().to_string());
    assert_eq!(answer.header("content-security-policy"), "");
    let legacy = get(target, FILES.legacy, &[]).await;
    assert_eq!(legacy.header("content-type"), "image/svg+xml");
    assert_eq!(legacy.header("content-security-policy"), "default-src 'none'; sandbox");

    let head = target.send("HEAD", &format!("/storage/{}", FILES.public), |request| request).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), BYTES.len().to_string());
    assert_eq!(head.header("etag"), answer.header("etag"));
}

pub async fn ranges_and_conditions(target: &Target) {
    let tag = get(target, FILES.public, &[]).await.header("etag").to_owned();
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    for (header, status) in [(tag.as_str(), 304), ("*", 304), ("\"other\"", 200)] {
        let answer = get(target, FILES.public, &[("if-none-match", header)]).await;
        assert_eq!(answer.status, status, "{header}");
        assert_eq!(answer.header("etag"), tag);
    }
    let length = BYTES.len();
    for (range, bytes, content_range) in [
        ("bytes=0-3", &BYTES[..4], format!("bytes 0-3/{length}")),
        ("bytes=8-", &BYTES[8..], format!("bytes 8-{}/{length}", length - 1)),
        ("bytes=-6", &BYTES[length - 6..], format!("bytes {}-{}/{length}", length - 6, length - 1)),
        ("bytes=8-9999", &BYTES[8..], format!("bytes 8-{}/{length}", length - 1)),
    ] {
        let answer = get(target, FILES.public, &[("range", range)]).await;
        assert_eq!((answer.status, answer.bytes.as_slice()), (206, bytes), "{range}");
        assert_eq!(answer.header("content-range"), content_range);
    }
    let beyond = get(target, FILES.public, &[("range", "bytes=9999-")]).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, format!("bytes */{length}").as_str()));
    for (range, condition) in
        [("bytes=0-3", "\"other\""), ("bytes=0-1,4-5", tag.as_str()), ("lines=1-2", tag.as_str())]
    {
        let answer = get(target, FILES.public, &[("range", range), ("if-range", condition)]).await;
        assert_eq!((answer.status, answer.bytes.len()), (200, length), "{range}");
    }
}
