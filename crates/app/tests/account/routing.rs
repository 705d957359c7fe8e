//! Paths, methods, request ids and the service's own endpoints (section 3; operator page, section 4).

use crate::support::{Target, user};

pub async fn unknown_paths_and_methods(target: &Target) {
    for path in [
        "/",
        "/account",
        "/account/me/x",
        "/account/me//",
        "/Account/me",
        "/storage",
        "/storage/",
        "/sign/in",
    ] {
        target.send("GET", path, |request| request).await.refused(404, "RET_NOT_FOUND");
    }
    for (method, path, allow) in [
        ("POST", "/account/me", "GET, PUT"),
        ("PATCH", "/account/me/", "GET, PUT"),
        ("DELETE", "/account/me", "GET, PUT"),
        ("GET", "/account/profile", "PUT"),
        ("GET", "/upload", "POST"),
        ("PUT", "/customer/me", "GET"),
        ("DELETE", "/storage/x", "GET"),
    ] {
        let answer = target.send(method, path, |request| request).await;
        answer.refused(405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), allow);
    }
    let head = target.send("HEAD", "/account/me", |request| request).await;
    assert_eq!(head.status, 401);
}

pub async fn trailing_slashes(target: &Target) {
    let login = target.family().alone;
    for path in ["/account/me/", "/account/profile/"] {
        let answer = target
            .send("PUT", path, |request| {
                request
                    .header("authorization", user(login))
                    .header("content-type", "application/json")
                    .body(r#"{"city":"A"}"#)
            })
            .await;
        assert_eq!(answer.status, 200, "{path}");
    }
    assert_eq!(target.get("/account/me/", &user(login)).await.json()["city"], "A");
}

pub async fn request_ids(target: &Target) {
    let id = async |sent: &str| {
        let answer = target.send("GET", "/healthz", |request| request.header("x-request-id", sent)).await;
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(id("A-1.b_2").await, "A-1.b_2");
    assert_eq!(id(&"x".repeat(128)).await.len(), 128);
    for unusable in ["", "a b", "a/b", &"x".repeat(129)] {
        let made = id(unusable).await;
        assert_eq!(made.len(), 36, "{unusable}: {made}");
    }
    let refused = target.send("GET", "/nothing", |request| request).await;
    assert_eq!(refused.header("x-request-id").len(), 36);
}

pub async fn service_endpoints(target: &Target) {
    for path in
        ["/healthz", "/readyz", "/metrics", "/openapi.json", "/openapi/account.json", "/docs", "/docs/"]
    {
        let answer = target.send("GET", path, |request| request).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let document = target.send("GET", "/openapi/account.json", |request| request).await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let name =
        &document["paths"]["/account/me"]["put"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(name["properties"]["name"]["maxLength"], 128);
    let page = target.send("GET", "/docs/", |request| request).await.text;
    assert!(!page.contains("http://") && !page.contains("https://"), "the page needs no outside address");
    assert_eq!(document["servers"][0]["url"], "http://profile.test");
    let page = target.send("GET", "/docs", |request| request).await.text;
    assert!(page.contains("<base href=\"docs/\">"), "the page finds its parts behind any prefix: {page}");
    let initializer = target.send("GET", "/docs/swagger-initializer.js", |request| request).await.text;
    assert!(initializer.contains("\"../openapi/account.json\""), "{initializer}");
    target.send("GET", "/openapi/nothing.json", |request| request).await.refused(404, "RET_NOT_FOUND");
    target.send("GET", "/docs/nothing.js", |request| request).await.refused(404, "RET_NOT_FOUND");
}
