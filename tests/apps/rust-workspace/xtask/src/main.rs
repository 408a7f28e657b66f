fn main() {
    println!("a task");
}
