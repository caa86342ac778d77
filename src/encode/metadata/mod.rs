//! Metadata put into a finished file, so that no compressor drops or changes it.

mod gif;
mod png;

pub(super) use gif::into_gif;
pub(super) use png::into_png;

use crate::metadata::Text;
use crate::zlib;

/// A text for people: the comment, or the keyword and what it says; none where it is damaged or unpacks to more than
/// `max_bytes`.
fn plain(text: &Text, max_bytes: usize) -> Option<String> {
    let (kind, data) = match text {
        Text::Comment(text) => return Some(text.clone()),
        Text::PngChunk { kind, data } => (kind, data),
    };
    let latin = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
    let end = data.iter().position(|&byte| byte == 0)?;
    let (keyword, rest) = (latin(&data[..end]), &data[end + 1..]);
    let text = match (kind, rest) {
        (b"tEXt", _) => latin(rest),
        (b"zTXt", [0, packed @ ..]) => latin(&zlib::inflate(packed, max_bytes)?),
        // Flag, method, language, translated keyword (PNG clause 11.3.3.4).
        (b"iTXt", [flag, 0, rest @ ..]) => {
            let text = rest.splitn(3, |&byte| byte == 0).nth(2)?;
            let text = if *flag == 0 { text.to_vec() } else { zlib::inflate(text, max_bytes)? };
            String::from_utf8(text).ok()?
        }
        _ => return None,
    };
    Some(if keyword == "Comment" { text } else { format!("{keyword}: {text}") })
}
