//! What forms say of their files.

use actix_multipart::Field;
use actix_web::http::header::CONTENT_DISPOSITION;

/// The name that the client gives a part's file, as it was sent: a backslash belongs to the name, unless a quote is behind it.
/// (The framework drops every backslash, and with it the border between folder and file.)
pub(crate) fn file_name(part: &Field) -> Option<String> {
    let header = part.headers().get(CONTENT_DISPOSITION)?;
    if let Some(name) = parameter(std::str::from_utf8(header.as_bytes()).ok()?, "filename") {
        return Some(name);
    }
    let extended = part.content_disposition()?.get_filename_ext()?;
    Some(String::from_utf8_lossy(&extended.value).into_owned())
}

/// A parameter of a header: `; name=token` or `; name="text"`.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (name, value) = rest.split_once('=')?;
        let (value, behind) = match value.trim_start().strip_prefix('"') {
            Some(text) => quoted(text),
            None => match value.split_once(';') {
                Some((token, behind)) => (token.trim().to_owned(), behind),
                None => (value.trim().to_owned(), ""),
            },
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = behind;
    }
}

/// The text up to its closing quote, and what stands behind the next semicolon.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '"' => break,
            '\\' if rest.as_str().starts_with('"') => {
                value.push('"');
                rest.next();
            }
            letter => value.push(letter),
        }
    }
    (value, rest.as_str().split_once(';').map_or("", |(_, behind)| behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_read_as_they_were_sent() {
        for (header, name) in [
            (r#"form-data; name="file"; filename="a.png""#, Some("a.png")),
            (r#"form-data; name="file"; filename="C:\Users\me\a.png""#, Some(r"C:\Users\me\a.png")),
            (r#"form-data; name="file"; filename="..\..\a.png""#, Some(r"..\..\a.png")),
            (r#"form-data; filename="a \"b\".png"; name="file""#, Some(r#"a "b".png"#)),
            (r#"form-data; name="a; filename=b"; filename="c;d.png""#, Some("c;d.png")),
            ("form-data; name=file; FileName=a.png", Some("a.png")),
            (r#"form-data; name="file"; filename="""#, Some("")),
            (r#"form-data; name="file"; filename="é.png"#, Some("é.png")),
            (r#"form-data; name="file"; filename*=UTF-8''a.png"#, None),
            (r#"form-data; name="file""#, None),
            ("form-data", None),
        ] {
            assert_eq!(parameter(header, "filename").as_deref(), name, "{header}");
        }
    }
}
