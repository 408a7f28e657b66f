use std::{thread, time::Duration};

fn main() {
    loop {
        println!("polled {}", shared::address());
        thread::sleep(Duration::from_secs(5));
    }
}
