//! `GET /.well-known/jwks.json`: the public keys of the service's own tokens.

use actix_web::{HttpResponse, web};

use crate::State;

pub(crate) async fn jwks(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok().json((state.jwks)())
}
