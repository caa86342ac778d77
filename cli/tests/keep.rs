//! Metadata through the program: what is kept, what is stripped, what is said of the rest.

mod program;

use program::Folder;

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [kind, data].concat();
    let checksum = crc32fast::hash(&named).to_be_bytes();
    [&(data.len() as u32).to_be_bytes()[..], &named, &checksum].concat()
}

/// Puts chunks behind the header of a fixture.
fn with_chunks(folder: &Folder, name: &str, chunks: &[Vec<u8>]) {
    let mut bytes = folder.bytes(name);
    bytes.splice(33..33, chunks.concat());
    folder.write(name, &bytes);
}

fn everything() -> Vec<Vec<u8>> {
    vec![
        chunk(b"pHYs", &[0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1]),
        chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>"),
        chunk(b"tEXt", b"Comment\0hello"),
    ]
}

/// Names of a PNG's chunks beside those of the picture.
fn extras(file: &[u8]) -> Vec<String> {
    let (mut names, mut rest) = (Vec::new(), &file[8..]);
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        names.push(String::from_utf8_lossy(&after[..4]).into_owned());
        rest = &after[8 + u32::from_be_bytes(*length) as usize..];
    }
    names.retain(|name| !["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].contains(&&name[..]));
    names
}

#[test]
fn the_density_of_a_png_stays_and_the_rest_goes() {
    let folder = Folder::with(&["screenshot.png"]);
    with_chunks(&folder, "screenshot.png", &everything());
    let cases: [(&[&str], &[&str]); 6] = [
        (&[], &["pHYs"]),
        (&["--strip"], &[]),
        (&["--keep", "all"], &["pHYs", "eXIf", "iTXt", "tEXt"]),
        (&["--keep", "exif,xmp"], &["pHYs", "eXIf", "iTXt"]),
        (&["--keep", "text"], &["pHYs", "tEXt"]),
        (&["--keep", "density", "--keep", "icc"], &["pHYs"]),
    ];
    for (arguments, wanted) in cases {
        let run = folder.huepack(&[&["screenshot.png", "--force", "--json"], arguments].concat()).done();
        let file = folder.bytes("screenshot-hue.png");
        assert_eq!(extras(&file), wanted, "{arguments:?}");
        // The report counts the whole file.
        assert_eq!(run.json()[0]["bytes"]["file"], file.len());
    }
}

#[test]
fn the_density_of_a_jpeg_stays_where_it_is_asked_for() {
    let folder = Folder::with(&["china.jpg"]);
    let mut bytes = folder.bytes("china.jpg");
    bytes[13..18].copy_from_slice(&[1, 0, 72, 0, 72]);
    folder.write("china.jpg", &bytes);
    for (arguments, wanted) in [(&[][..], &[][..]), (&["--keep", "density"], &["pHYs"])] {
        let arguments = [&["china.jpg", "--force", "--effort", "fast"], arguments].concat();
        folder.huepack(&arguments).done();
        assert_eq!(extras(&folder.bytes("china-hue.png")), wanted, "{arguments:?}");
    }
}

#[test]
fn what_gif_has_no_place_for_is_said_in_a_line_each() {
    let folder = Folder::with(&["screenshot.png"]);
    with_chunks(&folder, "screenshot.png", &everything());
    let run = folder.huepack(&["screenshot.png", "-f", "gif", "--keep", "all", "--force"]);
    assert_eq!((run.code, run.stderr.lines().count()), (0, 2), "{}", run.stderr);
    assert!(run.stderr.contains("no place for EXIF") && run.stderr.contains("density"), "{}", run.stderr);
    let file = folder.bytes("screenshot-hue.gif");
    let holds = |text: &[u8]| file.windows(text.len()).any(|window| window == text);
    assert!(holds(b"!\xFE\x05hello\0") && holds(b"XMP DataXMP<x:xmpmeta/>"));
    folder.huepack(&["screenshot.png", "-f", "gif", "--keep", "all", "--force", "--quiet"]).done();
}

#[test]
fn a_profile_that_cannot_be_kept_is_said_and_changes_nothing_else() {
    let folder = Folder::with(&["screenshot.png"]);
    with_chunks(&folder, "screenshot.png", &[chunk(b"iCCP", b"icc\0\0bad")]);
    folder.huepack(&["screenshot.png"]).done();
    let plain = folder.bytes("screenshot-hue.png");
    let run = folder.huepack(&["screenshot.png", "--force", "--keep", "icc", "--json"]);
    assert_eq!((run.code, run.stderr.lines().count()), (0, 1), "{}", run.stderr);
    assert!(run.json()[0]["remarks"][0].as_str().unwrap().contains("converted to sRGB"));
    assert_eq!(folder.bytes("screenshot-hue.png"), plain);
}

#[test]
fn keeping_and_stripping_at_once_makes_no_sense() {
    let folder = Folder::with(&["screenshot.png"]);
    for arguments in [&["--strip", "--keep", "all"][..], &["--keep", "soul"]] {
        assert_eq!(folder.huepack(&[&["screenshot.png"], arguments].concat()).code, 2);
    }
    assert_eq!(folder.names(), ["screenshot.png"]);
}
