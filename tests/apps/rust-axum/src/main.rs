use axum::{routing::get, Router};

/* TcpListener::bind("0.0.0.0:1") /* nested */ says nothing here */
#[tokio::main]
async fn main() {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_string());
    let api = Router::new().route("/health", get(|| async { "ok" }));
    let app = Router::new().route("/", get(|| async { "hello from axum" })).nest("/api", api);
    let listener = tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")).await.unwrap();
    println!("listening on {port}");
    axum::serve(listener, app).await.unwrap();
}
