//! Every frame as it is stored, with fewer codes.

use super::GifRepacker;
use super::blocks::{Block, Extension, INTERLACED, Packed, Walk, push_codes};
use crate::effort::Lzw;
use crate::encode::gif::lzw;
use crate::error::Result;
use crate::indexed::Indexed;
use crate::memory;
use crate::par;

/// Pixels of frames that are packed side by side, and wait for each other.
const PIXELS_AT_ONCE: usize = 4 << 20;

/// What goes into the new file.
enum Piece<'a> {
    Kept(&'a [u8]),
    Frame(Packed<'a>, Indexed),
}

/// Packs every index anew; places, palettes and disposals stay. Frames are no longer interlaced. One that comes out no
/// smaller stays as it is.
pub(super) fn repack(bytes: &[u8], options: &GifRepacker) -> Result<Vec<u8>> {
    let settings = options.effort.settings().lzw;
    let mut frames = options.raw_colors().frames(bytes)?;
    let (mut walk, header, table) = Walk::new(bytes)?;
    let mut file = memory::with_room(bytes.len() as u64)?;
    file.extend_from_slice(header);
    file.extend_from_slice(table);
    let (mut pieces, mut pixels) = (Vec::new(), 0);
    loop {
        match walk.next_block()? {
            Block::Trailer => break,
            Block::Control(_, bytes) | Block::Extension(Extension::PlainText, bytes) => {
                pieces.push(Piece::Kept(bytes));
            }
            Block::Extension(extension, bytes) if options.keeps(extension) => pieces.push(Piece::Kept(bytes)),
            Block::Extension(..) => {}
            Block::Frame(packed) => {
                let stored = frames.next_frame()?.and_then(|shown| shown.stored);
                pieces.push(match stored {
                    Some(stored) => {
                        pixels += stored.picture.indices().len();
                        Piece::Frame(packed, stored.picture)
                    }
                    // There is no pixel in it.
                    None => Piece::Kept(packed.bytes),
                });
            }
        }
        if pixels >= PIXELS_AT_ONCE || pieces.len() >= super::FRAMES_AT_ONCE {
            flush(&mut file, &mut pieces, settings)?;
            pixels = 0;
        }
    }
    flush(&mut file, &mut pieces, settings)?;
    file.push(b';');
    Ok(file)
}

fn flush(file: &mut Vec<u8>, pieces: &mut Vec<Piece<'_>>, settings: Lzw) -> Result<()> {
    let packed = par::map(pieces.len(), |number| match &pieces[number] {
        Piece::Kept(bytes) => memory::copied(bytes),
        Piece::Frame(packed, picture) => anew(packed, picture, settings),
    });
    pieces.clear();
    for bytes in packed {
        file.extend_from_slice(&bytes?);
    }
    Ok(())
}

fn anew(packed: &Packed<'_>, picture: &Indexed, settings: Lzw) -> Result<Vec<u8>> {
    let mut after = memory::with_room(packed.bytes.len() as u64)?;
    after.extend_from_slice(packed.descriptor);
    after[9] &= !INTERLACED;
    after.extend_from_slice(packed.palette);
    push_codes(&mut after, &lzw::encode(picture.indices(), None, settings));
    if after.len() < packed.bytes.len() { Ok(after) } else { memory::copied(packed.bytes) }
}
