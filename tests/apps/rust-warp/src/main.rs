use warp::Filter;

#[tokio::main]
async fn main() {
    let health = warp::path("health").map(|| "ok");
    let hello = warp::path::end().map(|| "hello from warp");
    warp::serve(health.or(hello)).run(([0, 0, 0, 0], 3030)).await;
}
