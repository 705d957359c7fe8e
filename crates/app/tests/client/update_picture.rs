//! The picture (section 4; section 8, row 33).

use reqwest::multipart::{Form, Part};

use crate::{
    call::{fresh_sub, item, refused, token},
    support::{Answer, EXCLUSION_KEY, Target},
};

pub async fn a_picture_is_uploaded_and_replaced(target: &Target) {
    let token = token(&fresh_sub());
    let picture = |format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(3, 2).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let upload = async |form: Form| -> Answer {
        target
            .send("POST", "/client/profile/picture", |request| {
                request.header("authorization", &token).header("x-client-id", EXCLUSION_KEY).multipart(form)
            })
            .await
    };
    let part = |bytes: Vec<u8>| Part::bytes(bytes).file_name("me.png");
    let mut before = String::new();
    for format in [image::ImageFormat::Png, image::ImageFormat::Jpeg] {
        let url = item(&upload(Form::new().part("file", part(picture(format)))).await);
        let path = url.as_str().unwrap().strip_prefix("http://profile.test").unwrap().to_owned();
        assert_eq!(target.send("GET", &path, |request| request).await.status, 200);
        if !before.is_empty() {
            assert_eq!(target.send("GET", &before, |request| request).await.status, 404, "replaced");
        }
        before = path;
    }
    let png = picture(image::ImageFormat::Png);
    let gif = picture(image::ImageFormat::Gif);
    for (form, message) in [
        (Form::new(), "file is required"),
        (Form::new().text("purpose", "x"), "file is invalid: "),
        (Form::new().part("file", part(png.clone())).part("file", part(png.clone())), "file is invalid: "),
        (Form::new().part("file", part(b"text".to_vec())), "file is invalid: "),
        (Form::new().part("file", part(gif)), "file is invalid: "),
        (Form::new().part("file", part(png[..30].to_vec())), "file is invalid: "),
    ] {
        let answer = upload(form).await;
        // A form without parts is damaged.
        let message = if message == "file is required" && answer.text.contains("body") {
            "body is invalid: "
        } else {
            message
        };
        refused(&answer, 400, "ValidationError", &[message]);
    }
    let mut photo = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(400, 300, |x, y| image::Rgb([u8::try_from((x * y) % 256).unwrap(), 90, 160]))
        .write_to(&mut photo, image::ImageFormat::Jpeg)
        .unwrap();
    let photo = photo.into_inner();
    let cut = upload(Form::new().part("file", part(photo[..photo.len() / 2].to_vec()))).await;
    refused(&cut, 400, "ValidationError", &["file is invalid: expected a JPEG or PNG image"]);
    let mut many = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(10_000, 5_001).write_to(&mut many, image::ImageFormat::Png).unwrap();
    let many = upload(Form::new().part("file", part(many.into_inner()))).await;
    refused(&many, 400, "ValidationError", &["file is invalid: the picture has more than 50 megapixels"]);
    let large = Form::new().part("file", part(vec![0; 6 * 1024 * 1024]));
    refused(&upload(large).await, 413, "PayloadTooLarge", &["The body is too large."]);
    assert_eq!(target.send("GET", &before, |request| request).await.status, 200, "the old one stays");
}
