/// The label of a title.
pub fn slug(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}
