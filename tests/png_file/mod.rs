//! PNG files written chunk by chunk, with the checksums that they need.

#![allow(dead_code, reason = "every file of tests uses a part of this")]

/// The start of a PNG, to which chunks are added.
pub(crate) struct PngFile {
    bytes: Vec<u8>,
}

impl PngFile {
    pub(crate) fn new(width: u32, height: u32, depth: u8, color_type: u8) -> Self {
        Self::with_header(width, height, &[depth, color_type, 0, 0, 0])
    }

    pub(crate) fn interlaced(width: u32, height: u32, depth: u8, color_type: u8) -> Self {
        Self::with_header(width, height, &[depth, color_type, 0, 0, 1])
    }

    fn with_header(width: u32, height: u32, rest: &[u8]) -> Self {
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), rest].concat();
        Self { bytes: b"\x89PNG\r\n\x1a\n".to_vec() }.chunk(b"IHDR", &header)
    }

    pub(crate) fn chunk(mut self, kind: &[u8; 4], data: &[u8]) -> Self {
        let named = [kind, data].concat();
        self.bytes.extend((data.len() as u32).to_be_bytes());
        self.bytes.extend(&named);
        self.bytes.extend(crc32fast::hash(&named).to_be_bytes());
        self
    }

    /// What there is so far.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The rows, without their filter bytes, and the end.
    pub(crate) fn rows(self, rows: &[&[u8]]) -> Vec<u8> {
        let raw: Vec<u8> = rows.iter().flat_map(|row| [&[0], *row].concat()).collect();
        self.data(&raw)
    }

    /// The picture data, unpacked, and the end.
    pub(crate) fn data(self, raw: &[u8]) -> Vec<u8> {
        self.chunk(b"IDAT", &stored(raw)).chunk(b"IEND", &[]).bytes()
    }
}

/// A zlib stream of one stored (not compressed) block: at most 65,535 bytes.
pub(crate) fn stored(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("one block");
    let (a, b) = data.iter().fold((1u32, 0u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    let header = [&[0x78, 0x01, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    [&header[..], data, &(b << 16 | a).to_be_bytes()].concat()
}
