//! The least that an HTTP answer can cost here: `GET /{bytes}` is answered with as many bytes. Beside it the benchmark
//! measures the service.

use actix_web::{App, HttpResponse, HttpServer, web};

async fn answer(bytes: web::Path<usize>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(vec![b'x'; bytes.into_inner()])
}

fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    let server = HttpServer::new(|| App::new().route("/{bytes}", web::get().to(answer))).bind(address)?;
    actix_web::rt::System::new().block_on(server.run())
}
