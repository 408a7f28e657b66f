fn main() {
    println!("generated");
}
