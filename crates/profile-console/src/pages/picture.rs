//! `/console/records/{kind}/{key}/picture`: the picture that a record shows, for whoever may see it.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_domain::{
    catalogue::find,
    change::RecordKind,
    media::{ImageFormat, extension_of},
    operator::{Role, Rule, policy},
};
use profile_ports::Unavailable;
use profile_usecases::{
    Ports,
    operator::{RecordName, record_picture},
};

use crate::{
    Console,
    error::{Answered, PageError},
    visitor::{Visitor, record_name},
};

/// The field of each kind that says its picture.
const FIELDS: [(RecordKind, &str); 4] = [
    (RecordKind::Account, "avatar"),
    (RecordKind::User, "profile_picture"),
    (RecordKind::Override, "profile_picture"),
    (RecordKind::Client, "picture"),
];

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/records/{kind}/{key}/picture").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::ReadPersonal).await?;
    let name = record_name(&request)?;
    let ports = &console.ports;
    let (file, format) = picture_of(ports, visitor.role(), &name).await?.ok_or(PageError::NotFound)?;
    let bytes = ports.read_media(&file).await?.ok_or(PageError::NotFound)?;
    Ok(HttpResponse::Ok().content_type(format.content_type()).body(bytes))
}

/// Returns the field that says the picture of a kind, where there is one that `role` sees. A picture shows a person, whatever
/// the class of the field.
pub(super) fn picture_field(role: Role, kind: RecordKind) -> Option<&'static str> {
    let (_, field) = FIELDS.into_iter().find(|(of, _)| *of == kind)?;
    let is_read = find(kind, field).is_some_and(|entry| policy::check_read(role, entry, false).is_ok());
    (is_read && Rule::ReadPersonal.allows(role)).then_some(field)
}

/// Returns the file of a record's picture, where `role` may see it and browsers show it without running anything of it.
pub(super) async fn picture_of(
    ports: &Ports,
    role: Role,
    name: &RecordName,
) -> Result<Option<(String, ImageFormat)>, Unavailable> {
    if picture_field(role, name.kind).is_none() {
        return Ok(None);
    }
    let Some(file) = record_picture(ports, name).await? else { return Ok(None) };
    let format = extension_of(&file).as_deref().and_then(ImageFormat::of_extension);
    Ok(format.map(|format| (file, format)))
}
