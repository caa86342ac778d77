//! Chunks of PNG (PNG clause 5.3).

/// Appends a chunk.
pub(super) fn push(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(kind);
    checksum.update(data);
    file.reserve(data.len() + 12);
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(checksum.finalize().to_be_bytes());
}
