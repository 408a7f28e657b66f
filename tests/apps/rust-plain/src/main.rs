use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

const DEFAULT_PORT: u16 = 7878;

fn main() -> std::io::Result<()> {
    let port = match std::env::var("PORT") {
        Ok(value) => value.parse().expect("PORT is a number"),
        Err(_) => DEFAULT_PORT,
    };
    let greeting = std::fs::read_to_string("static/greeting.txt")?;
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
    for stream in listener.incoming() {
        // who only knocks, as probes do, ends a conversation and not the program
        if let Err(error) = stream.and_then(|stream| answer(stream, &greeting)) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn answer(mut stream: TcpStream, greeting: &str) -> std::io::Result<()> {
    let mut request = [0; 1024];
    let _ = stream.read(&mut request)?;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", greeting.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(greeting.as_bytes())
}
