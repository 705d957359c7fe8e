//! `POST /upload` (section 4.3; section 8, rows 39 to 42; section 9).

use reqwest::{
    Body, RequestBuilder,
    multipart::{Form, Part},
};
use serde_json::json;

use crate::support::{Answer, Target, customer, now, sign, user};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nsome pixels";
const MAX: usize = 5_242_880;

fn file(name: &str, bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

/// The signature of a PNG, filled up to `length`.
fn png(length: usize) -> Vec<u8> {
    let mut bytes = PNG.to_vec();
    bytes.resize(length, b'x');
    bytes
}

fn form(name: &str, bytes: Vec<u8>) -> Form {
    Form::new().text("purpose", "account_avatar").part("file", file(name, bytes))
}

async fn upload(target: &Target, token: &str, form: Form) -> Answer {
    target.send("POST", "/upload", |request| request.header("authorization", token).multipart(form)).await
}

/// Sends a form as it stands, whose parts are between `boundary`.
async fn upload_text(target: &Target, token: &str, boundary: &str, body: impl Into<Body>) -> Answer {
    let content_type = format!("multipart/form-data; boundary={boundary}");
    let send = |request: RequestBuilder| {
        request.header("authorization", token).header("content-type", content_type).body(body)
    };
    target.send("POST", "/upload", send).await
}

pub async fn an_upload_can_be_referenced_and_read(target: &Target) {
    let family = target.family();
    let form =
        form("../photos/Zoë me.PNG", PNG.to_vec()).text("scope", "0").text("extra", "x".repeat(100_000));
    let answer = upload(target, &user(family.alone), form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let uuid = answer.json()["uploaded"][0]["uuid"].as_str().unwrap().to_owned();
    let expected = format!(
        "{{\"uploaded\":[{{\"uuid\":\"{uuid}\",\"file_name\":\"{uuid}.png\",\"original_name\":\"Zoë me.PNG\",\
         \"content_type\":\"image/png\",\"file_size\":{},\"scope\":3,\"purpose\":\"account_avatar\"}}]}}",
        PNG.len()
    );
    assert_eq!(answer.text, expected);
    assert_eq!(uuid.as_bytes()[14], b'4', "a random version 4");

    let read = target.send("GET", &format!("/storage/{uuid}"), |request| request).await;
    assert_eq!((read.status, read.bytes.as_slice()), (200, PNG));
    let body = json!({ "avatar": uuid }).to_string();
    assert_eq!(target.put(&user(family.alone), body.clone()).await.status, 200);
    let somebody_elses = target.put(&customer(family.single), body).await;
    assert_eq!(somebody_elses.status, 200, "{}", somebody_elses.text);
}

pub async fn a_name_has_no_folders_of_any_system(target: &Target) {
    let token = user(target.family().alone);
    // As it is sent: some programs write every backslash twice, as a quoted text would have it, and others do not.
    for name in
        [r"C:\Users\me\a.png", r"C:\\Users\\me\\a.png", r"..\..\a.png", "../a/b.png", "/a.png", "a.png"]
    {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\naccount_avatar\r\n--x\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{}\r\n--x--\r\n",
            "GIF89a...."
        );
        let name = name.rsplit(['/', '\\']).next().unwrap().replace("png", "gif");
        let body = body.replace(".png\"", ".gif\"");
        let answer = upload_text(target, &token, "x", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json()["uploaded"][0]["original_name"], name);
    }
}

pub async fn sizes_at_the_limit(target: &Target) {
    let token = user(target.family().alone);
    let at = upload(target, &token, form("a.png", png(MAX))).await;
    assert_eq!(at.status, 200, "{}", at.text);
    assert_eq!(at.json()["uploaded"][0]["file_size"], MAX);
    upload(target, &token, form("a.png", png(MAX + 1))).await.refused(400, "INVALID_AVATAR");
    upload(target, &token, form("a.png", png(20 * 1024 * 1024))).await.refused(400, "INVALID_AVATAR");
    upload(target, &token, form("a.png", Vec::new())).await.refused(400, "INVALID_AVATAR");
}

pub async fn names_and_signatures(target: &Target) {
    let token = user(target.family().alone);
    for (name, bytes, kind) in [
        ("a.png", PNG, "image/png"),
        ("a.JPG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff", "image/jpeg"),
        ("a.gif", b"GIF87a", "image/gif"),
        ("a.gif", b"GIF89a....", "image/gif"),
        ("a.tar.webp", b"RIFF....WEBPVP8 ", "image/webp"),
    ] {
        let answer = upload(target, &token, form(name, bytes.to_vec())).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        assert_eq!(answer.json()["uploaded"][0]["content_type"], kind);
    }
    for name in ["a.svg", "a.bmp", "a", "png", ".", "a.png/", "a.png.exe", "a.png "] {
        upload(target, &token, form(name, PNG.to_vec())).await.refused(400, "INVALID_AVATAR");
    }
    for (name, bytes) in [
        ("a.png", &b"\xff\xd8\xff\xe0 a jpeg"[..]),
        ("a.gif", b"text, and more of it"),
        ("a.jpg", b"\xff\xd8"),
        ("a.webp", b"RIFF....WEBM"),
        ("a.webp", b"RIFF"),
        ("a.png", b"x"),
    ] {
        upload(target, &token, form(name, bytes.to_vec())).await.refused(400, "RET_INVALID_DATA");
    }
    let long = format!("{}.png", "é".repeat(300));
    let answer = upload(target, &token, form(&long, PNG.to_vec())).await;
    assert_eq!(answer.json()["uploaded"][0]["original_name"], "é".repeat(255), "{}", answer.text);
}

pub async fn damaged_forms(target: &Target) {
    let token = user(target.family().alone);
    let good = || file("a.png", PNG.to_vec());
    let forms = [
        Form::new(),
        Form::new().part("file", good()),
        Form::new().text("purpose", "account_avatar"),
        Form::new().text("purpose", "other").part("file", good()),
        Form::new().text("purpose", "account_avatar ").part("file", good()),
        Form::new().part("file", good()).text("purpose", ""),
        Form::new().text("purpose", "account_avatar").part("file", good()).part("file", good()),
        // The shape counts before the file does.
        Form::new().text("purpose", "other").part("file", file("a.svg", Vec::new())),
        Form::new().part("file", file("a.svg", Vec::new())),
    ];
    for form in forms {
        upload(target, &token, form).await.refused(400, "INVALID_DATA");
    }
    let nameless = Form::new().text("purpose", "account_avatar").part("file", Part::bytes(PNG));
    upload(target, &token, nameless).await.refused(400, "INVALID_AVATAR");

    for (kind, body) in [
        ("application/json", "{}"),
        ("text/plain", "x"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=x", ""),
        ("multipart/form-data; boundary=x", "--x\r\n"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\naccount_av",
        ),
        ("multipart/form-data; boundary=x", "no boundary at all"),
    ] {
        let answer = target
            .send("POST", "/upload", |request| {
                request.header("authorization", &token).header("content-type", kind).body(body)
            })
            .await;
        assert_eq!(answer.status, 400, "{kind} {body}: {}", answer.text);
        answer.refused(400, "INVALID_DATA");
    }
}

pub async fn who_may_upload(target: &Target) {
    let family = target.family();
    let good = || form("a.png", PNG.to_vec());
    for token in [user(family.read_only), customer(family.childless), customer(family.blocked)] {
        assert_eq!(upload(target, &token, good()).await.status, 200);
    }
    upload(target, "nonsense", good()).await.refused(401, "PERMISSION_DENIED");
    let nobody = sign(&json!({"type": 0, "exp": now() + 60}));
    upload(target, &nobody, good()).await.refused(401, "PERMISSION_DENIED");
    let manager = sign(&json!({"type": 1, "exp": now() + 60}));
    upload(target, &manager, good()).await.refused(403, "ACCESS_DENIED");
    for login in [family.switched_off, family.disabled_customers_account] {
        // The caller counts before the form does.
        upload(target, &user(login), Form::new()).await.refused(403, "ACCESS_DENIED");
    }
    upload(target, &customer(family.disabled), good()).await.refused(403, "ACCESS_DENIED");
    upload(target, &user(2_147_483_647), good()).await.refused(404, "RET_NOT_FOUND");
    upload(target, &customer(999_999_999), good()).await.refused(404, "RET_NOT_FOUND");
}

pub async fn whole_requests_over_the_limit(target: &Target) {
    let token = user(target.family().alone);
    let padding = "x".repeat(33 * 1024 * 1024);
    let announced = form("a.png", PNG.to_vec()).text("padding", padding.clone());
    upload(target, &token, announced).await.refused(413, "INVALID_AVATAR");

    let head = "--x\r\nContent-Disposition: form-data; name=\"padding\"\r\n\r\n".to_owned();
    let pieces = std::iter::once(head).chain((0..33).map(|_| "x".repeat(1024 * 1024)));
    let streamed = Body::wrap_stream(futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>)));
    upload_text(target, &token, "x", streamed).await.refused(413, "INVALID_AVATAR");
}

/// The form library that we had before waited for ever for the rest of some forms.
pub async fn a_form_that_is_cut_off_is_answered(target: &Target) {
    let token = user(target.family().alone);
    let whole = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"me.gif\"\r\n\r\nGIF89a\r\n\r\n--b--\r\n";
    // Complete, it only lacks a purpose.
    for end in 0..=whole.len() {
        let body: Vec<u8> = whole.bytes().take(end).collect();
        upload_text(target, &token, "b", body).await.refused(400, "INVALID_DATA");
    }
}
