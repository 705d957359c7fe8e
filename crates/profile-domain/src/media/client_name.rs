//! The names that clients give their files.

use super::fields::ORIGINAL_NAME;

/// The base name of a client's file name, without any path and cut to its limit; `None` if nothing is left.
#[must_use]
pub fn base_name(client_name: &str) -> Option<&str> {
    let base = client_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let end = base
        .char_indices()
        .nth(ORIGINAL_NAME.max_chars().unwrap_or(usize::MAX))
        .map_or(base.len(), |(at, _)| at);
    base.get(..end).filter(|name| !name.is_empty())
}

/// The extension of a file name in small letters.
#[must_use]
pub fn extension_of(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_names_lose_their_path_and_length() {
        assert_eq!(base_name("C:\\photos\\me.png"), Some("me.png"));
        assert_eq!(base_name("../../etc/me.png"), Some("me.png"));
        assert_eq!(base_name("photos/"), None);
        assert_eq!(base_name(&"é".repeat(256)).unwrap().chars().count(), 255);
        assert_eq!(extension_of("me.PNG").as_deref(), Some("png"));
        assert_eq!(extension_of("me"), None);
    }
}
