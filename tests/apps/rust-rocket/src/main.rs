#[macro_use]
extern crate rocket;

#[get("/status")]
fn status() -> &'static str {
    "ok"
}

#[get("/")]
fn index() -> &'static str {
    "hello from rocket"
}

#[launch]
fn rocket() -> _ {
    rocket::build().mount("/", routes![index]).mount("/api", routes![status])
}
