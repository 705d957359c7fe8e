//! `GET /placeholders/{letters}.svg`: the picture of a user who has none, from the initials in its own name.

use actix_web::{
    HttpResponse,
    http::{
        Method,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    web,
};
use profile_domain::users::Initials;
use schemars::json_schema;

use super::{error::UNKNOWN_PATH, response::Answered};
use crate::{
    endpoint::{Body, Endpoint},
    parameter::Parameter,
};

/// Colours that white letters are read well on.
const COLOURS: [&str; 6] = ["#1e6091", "#6a4c93", "#386641", "#9b2226", "#7f5539", "#3d405b"];

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        parameters: vec![Parameter::path(
            "file",
            "The code points of the initials in hexadecimal, joined by hyphens, or `none`; then `.svg`.",
            |_| json_schema!({ "type": "string", "pattern": "^(none|[0-9a-f]+(-[0-9a-f]+)*)\\.svg$" }),
        )],
        success: Body::Binary(&["image/svg+xml"]),
        failures: vec![UNKNOWN_PATH],
        ..Endpoint::new(
            Method::GET,
            "get_placeholder",
            &["/placeholders/{file}"],
            "Read the generated picture of a user who has none",
            |route| route.to(get),
        )
    }
}

/// Returns the name of the picture of these letters: their code points, as every client writes those alike.
pub(super) fn name(initials: &Initials) -> String {
    let codes: Vec<String> =
        initials.as_str().chars().map(|letter| format!("{:x}", u32::from(letter))).collect();
    if codes.is_empty() { "none".to_owned() } else { codes.join("-") }
}

/// Reads a name back. Nothing that means anything in the picture's markup comes out.
fn read(name: &str) -> Option<Initials> {
    if name == "none" {
        return Initials::parse("");
    }
    let letter = |code: &str| char::from_u32(u32::from_str_radix(code, 16).ok()?);
    let letters: String = name.split('-').map(letter).collect::<Option<_>>()?;
    Initials::parse(&letters).filter(|initials| self::name(initials) == name)
}

async fn get(file: web::Path<String>) -> Answered {
    let initials = file.strip_suffix(".svg").and_then(read).ok_or(UNKNOWN_PATH)?;
    let letters = initials.as_str();
    let sum: usize = letters.chars().map(|letter| letter as usize).sum();
    let colour = COLOURS.get(sum % COLOURS.len()).copied().unwrap_or_default();
    let picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 96\" width=\"512\" height=\"512\">\
         <rect width=\"96\" height=\"96\" fill=\"{colour}\"/><text x=\"48\" y=\"48\" dy=\".35em\" fill=\"#fff\" \
         font-family=\"sans-serif\" font-size=\"40\" text-anchor=\"middle\">{letters}</text></svg>"
    );
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(picture))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_letters_and_nothing_else() {
        for person in ["Nora Vale", "Nora", "", "É", "E\u{301}cole", "語", "👩\u{200d}🚀 Astro"] {
            let initials = Initials::of(person);
            assert_eq!(read(&name(&initials)), Some(initials));
        }
        for wrong in ["3c", "22-3e", "4e-56-58", "4E", "04e", "-", "zz", "110000", "d800", "+4e"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
