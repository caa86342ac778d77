//! XMP packets, of which only the orientation matters here.

/// Sets `tiff:Orientation`, as attribute or element, to 1, since it was applied to the pixels. Anything but a digit
/// from 1 to 8 stays.
pub(super) fn set_upright(packet: &mut [u8]) {
    const NAME: &[u8] = b"tiff:Orientation";
    let mut from = 0;
    while let Some(found) = packet[from..].windows(NAME.len()).position(|window| window == NAME) {
        from += found + NAME.len();
        let between = |&byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'>');
        let skipped = packet[from..].iter().take_while(|byte| between(byte)).count();
        if skipped > 0
            && let Some(value @ b'1'..=b'8') = packet.get_mut(from + skipped)
        {
            *value = b'1';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orientation_becomes_upright_and_nothing_else_changes() {
        let upright = |text: &str| {
            let mut packet = text.as_bytes().to_vec();
            set_upright(&mut packet);
            String::from_utf8(packet).expect("text")
        };
        assert_eq!(upright(r#"<a tiff:Orientation="6" b="6">"#), r#"<a tiff:Orientation="1" b="6">"#);
        assert_eq!(upright("tiff:Orientation = '8'"), "tiff:Orientation = '1'");
        let element = "<tiff:Orientation>3</tiff:Orientation><x>3</x>";
        assert_eq!(upright(element), "<tiff:Orientation>1</tiff:Orientation><x>3</x>");
        for same in ["tiff:Orientation", "tiff:OrientationX6", "tiff:Orientation=\"0\""] {
            assert_eq!(upright(same), same);
        }
    }
}
