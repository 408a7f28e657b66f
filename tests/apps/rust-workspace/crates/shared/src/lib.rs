pub fn address() -> String {
    let port: u16 = std::env::var("GATEWAY_PORT").unwrap_or("6060".into()).parse().unwrap();
    format!("{}:{}", "0.0.0.0", port)
}

#[cfg(test)]
mod tests {
    #[test]
    fn listens() {
        std::net::TcpListener::bind("127.0.0.1:9999").unwrap();
    }
}
