//! Chunks of PNG (PNG clause 5.3).

/// Bytes of the signature before the first of them (clause 5.2).
pub(super) const SIGNATURE: usize = 8;

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

/// The chunks of a sound file behind its signature, each with its kind.
pub(super) fn all(file: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = file.get(SIGNATURE..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk()?;
        let (kind, after) = after.split_first_chunk()?;
        let (data, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = after.get(4..)?;
        Some((kind, data))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_come_back_and_a_torn_one_ends_them() {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        push(&mut file, b"abCD", b"some");
        push(&mut file, b"IEND", &[]);
        let wanted: [(&[u8; 4], &[u8]); 2] = [(b"abCD", b"some"), (b"IEND", b"")];
        assert_eq!(all(&file).collect::<Vec<_>>(), wanted);
        assert_eq!(all(&file[..file.len() - 1]).collect::<Vec<_>>(), wanted[..1]);
        assert_eq!(all(&[]).count(), 0);
    }
}
