mod config;

use actix_web::{get, web, App, HttpResponse, HttpServer, Responder};

#[get("/healthz")]
async fn healthz() -> impl Responder {
    HttpResponse::Ok().body("ok")
}

#[get("/")]
async fn index(settings: web::Data<config::Settings>) -> impl Responder {
    let client = redis::Client::open(settings.redis_url.as_str());
    format!("orders, redis {}", if client.is_ok() { "configured" } else { "missing" })
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let settings = config::Settings::from_env();
    let address = (settings.host.clone(), settings.port);
    let data = web::Data::new(settings);
    HttpServer::new(move || App::new().app_data(data.clone()).service(healthz).service(index))
        .workers(2)
        .bind(address)?
        .run()
        .await
}
