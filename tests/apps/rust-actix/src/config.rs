use std::env;

pub struct Settings {
    pub host: String,
    pub port: u16,
    pub redis_url: String,
}

impl Settings {
    pub fn from_env() -> Self {
        Settings {
            host: env::var("HOST").unwrap_or_else(|_| "127.0.0.1".into()),
            port: env::var("PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(8088),
            redis_url: env::var("REDIS_URL").expect("REDIS_URL must be set"),
        }
    }
}
