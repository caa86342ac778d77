//! Links from the page to files.

use std::fs;
use std::path::{Component, Path};

use crate::output::folder_of;

/// The address of a file as seen from a folder whose path is canonical; none where there is no way.
pub(super) fn link(folder: &Path, file: &Path) -> Option<String> {
    // A link to a picture is named as it is, not as what it leads to.
    let path = fs::canonicalize(folder_of(file)).ok()?.join(file.file_name()?);
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), path.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    // Another drive.
    if common == 0 {
        return None;
    }
    let up = from[common..].iter().map(|_| Some("..".to_owned()));
    let down = to[common..].iter().map(|component| match component {
        Component::Normal(name) => Some(escaped(name.to_str()?)),
        _ => None,
    });
    Some(up.chain(down).collect::<Option<Vec<_>>>()?.join("/"))
}

/// What may not stand in an address as it is (RFC 3986, 2.3) as its bytes in hexadecimal.
fn escaped(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_seen_from_the_page() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("assets/icons")).unwrap();
        fs::create_dir_all(root.join("reports")).unwrap();
        let page = root.join("reports");
        let of = |file: &str| link(&page, &root.join(file));
        assert_eq!(of("assets/icons/a b#1%é.png").unwrap(), "../assets/icons/a%20b%231%25%C3%A9.png");
        assert_eq!(of("reports/x:y.png").unwrap(), "x%3Ay.png");
        assert_eq!(of("nowhere/x.png"), None);
    }
}
