//! The frames of an APNG (PNG clauses 11.3.6 and 13.2), each of which is read as a picture of its own.

use super::super::animation::{Drawn, Outline, Part, check_place, in_frame};
use super::super::damage::Damage;
use super::super::{Format, Options, damaged, orientation};
use super::chunks::{Chunk, Chunks, big_endian, next_chunk};
use super::{ADAM7, Checksum, check_expansion, decode};
use crate::animation::{Blend, Delay, Disposal, Frame, Loops};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::zlib;

/// The longest chunk and the most frames (clauses 5.3 and 11.3.6.1).
const MAX_CHUNK: u32 = (1 << 31) - 1;

/// Reads one frame at a time.
pub(in crate::decode) struct PngFrames<'a> {
    /// The picture that viewers without animations show.
    still: Chunks<'a>,
    /// None where the file is a still.
    walk: Option<Walk<'a>>,
    is_done: bool,
}

/// Goes from frame to frame.
#[derive(Clone)]
struct Walk<'a> {
    rest: &'a [u8],
    width: u32,
    height: u32,
    /// Frames that the acTL chunk announces.
    announced: u32,
    frames: u32,
    /// The number that the next fcTL or fdAT chunk should have.
    sequence: u32,
}

/// A frame, still packed.
struct PackedFrame<'a> {
    control: Control,
    /// Packed data, and its length in all.
    data: Vec<&'a [u8]>,
    data_length: u64,
}

/// The content of an fcTL chunk (clause 11.3.6.2).
struct Control {
    width: u32,
    height: u32,
    left: u32,
    top: u32,
    delay: Delay,
    disposal: Disposal,
    blend: Blend,
}

impl<'a> PngFrames<'a> {
    pub(in crate::decode) fn open(
        bytes: &'a [u8],
        options: &Options,
        damage: &mut Damage,
    ) -> Result<(Self, Outline)> {
        let still = Chunks::read(bytes, damage)?;
        let (width, height) = (still.width, still.height);
        // Canvas, frame, what it covers, its bytes unpacked, and a few rows.
        let rows = 32_u64.div_ceil(u64::from(height.max(1)));
        options.limits.check(width, height, 12 + still.bits_per_pixel.div_ceil(8) + rows)?;
        let mut outline = Outline::still(width, height, orientation::from_exif(still.exif));
        let walk = Walk::new(bytes, &still)?;
        if let Some((walk, plays)) = &walk {
            outline.loops = Loops::of_plays(*plays);
            let mut walk = walk.clone();
            outline.pixels = 0;
            loop {
                let number = walk.frames + 1;
                let frame = walk.next_frame().map_err(|error| in_frame(number, error));
                let Some(frame) = damage.bear(frame)?.flatten() else { break };
                outline.pixels += u64::from(frame.control.width) * u64::from(frame.control.height);
            }
            outline.frames = walk.frames;
            if walk.frames == 0 {
                return Err(damaged(Format::Png, "no frame of the animation is whole"));
            }
        }
        Ok((Self { still, walk: walk.map(|(walk, _)| walk), is_done: false }, outline))
    }

    /// Whether there are several frames, as far as the file can be read.
    pub(in crate::decode) fn are_several(bytes: &[u8]) -> bool {
        Chunks::read(bytes, &mut Damage::new(true)).is_ok_and(|chunks| chunks.frames > 1)
    }

    pub(in crate::decode) fn next_part(&mut self, options: &Options) -> Result<Option<Part>> {
        let Some(walk) = &mut self.walk else {
            if std::mem::replace(&mut self.is_done, true) {
                return Ok(None);
            }
            check_expansion(&self.still)?;
            let image = read_picture(&self.still, options)?;
            return Ok(Some(Part::still(image)));
        };
        let Some(packed) = walk.next_frame()? else { return Ok(None) };
        let Control { left, top, delay, disposal, blend, .. } = packed.control;
        let picture = Drawn::Image(self.read_frame(&packed, options)?);
        Ok(Some(Part { frame: Frame { picture, left, top, delay, disposal }, blend }))
    }

    /// Reads a frame as the picture that it is in a file of its own: its own size and data, and the palette and colours
    /// of the file.
    fn read_frame(&self, packed: &PackedFrame<'a>, options: &Options) -> Result<Image> {
        let Control { width, height, .. } = packed.control;
        let header = self.still.header_with(width, height);
        let length = u32::try_from(packed.data_length)
            .ok()
            .filter(|&length| length <= MAX_CHUNK)
            .ok_or_else(|| damaged(Format::Png, "a frame of more than 2 GiB"))?;
        let data_head = chunk_head(length, *b"IDAT");
        // Checksums are not looked at again.
        let no_checksum = [0; 4];
        let mut pieces = vec![self.still.pieces[0], &header[..]];
        pieces.extend(self.still.pieces[2..].iter().filter(|piece| !is_data_or_end(piece)));
        pieces.push(&data_head);
        pieces.extend(&packed.data);
        pieces.push(&no_checksum);
        let end = chunk_head(0, *b"IEND");
        pieces.extend([&end[..], &no_checksum]);
        let chunks = Chunks {
            width,
            height,
            bits_per_pixel: self.still.bits_per_pixel,
            frames: 1,
            code_points: self.still.code_points,
            exif: None,
            data_length: packed.data_length,
            pieces,
        };
        check_expansion(&chunks)?;
        let image = read_picture(&chunks, options)?;
        self.check_length(packed, &header)?;
        Ok(image)
    }

    /// The decoder does not mind data behind the last row, which in a frame is an error like too little of it: the frame
    /// was meant to have another size.
    fn check_length(&self, packed: &PackedFrame<'_>, header: &[u8; 25]) -> Result<()> {
        let Control { width, height, .. } = packed.control;
        let is_interlaced = header[20] == 1;
        let most = raw_bytes(width, height, self.still.bits_per_pixel, is_interlaced);
        if zlib::holds_more_than(&packed.data, most)? {
            return Err(damaged(Format::Png, "there is more picture data than the frame needs"));
        }
        Ok(())
    }
}

impl<'a> Walk<'a> {
    /// A walk, and how often the animation is played; none where no animation is announced in front of the picture
    /// (clause 11.3.6.1).
    fn new(bytes: &'a [u8], still: &Chunks<'_>) -> Result<Option<(Self, u32)>> {
        let start = &bytes[8..];
        let (mut rest, mut announced) = (start, None);
        while let Ok(chunk) = next_chunk(&mut rest) {
            match &chunk.kind {
                b"IDAT" => break,
                b"acTL" if chunk.data.len() == 8 && chunk.is_intact() => {
                    let counts = (big_endian(chunk.data), big_endian(&chunk.data[4..]));
                    if announced.replace(counts).is_some() {
                        return Err(broken("there is a second acTL chunk"));
                    }
                }
                _ => {}
            }
        }
        let Some((announced, plays)) = announced else { return Ok(None) };
        if announced == 0 || announced > MAX_CHUNK {
            return Err(broken(format!("the acTL chunk announces {announced} frames")));
        }
        let (width, height) = (still.width, still.height);
        Ok(Some((Self { rest: start, width, height, announced, frames: 0, sequence: 0 }, plays)))
    }

    fn next_frame(&mut self) -> Result<Option<PackedFrame<'a>>> {
        let mut frame: Option<PackedFrame<'a>> = None;
        loop {
            let before = self.rest;
            let chunk = next_chunk(&mut self.rest)?;
            match (&chunk.kind, &mut frame) {
                (b"fcTL" | b"IEND", Some(frame)) if frame.data.is_empty() => {
                    return Err(broken("there is no data between two fcTL chunks, or behind the last"));
                }
                (b"fcTL" | b"IEND", Some(_)) => {
                    self.rest = before;
                    self.frames += 1;
                    return Ok(frame);
                }
                (b"fcTL", None) => {
                    self.check_sequence(&chunk)?;
                    let control = Control::read(&chunk, (self.width, self.height))?;
                    if self.frames == self.announced {
                        let announced = self.announced;
                        return Err(broken(format!(
                            "the acTL chunk announces {announced} frames, and more follow"
                        )));
                    }
                    frame = Some(PackedFrame { control, data: Vec::new(), data_length: 0 });
                }
                (b"IEND", None) => {
                    self.rest = before;
                    let Self { announced, frames, .. } = *self;
                    if frames < announced {
                        return Err(broken(format!(
                            "the acTL chunk announces {announced} frames, got {frames}"
                        )));
                    }
                    return Ok(None);
                }
                // With a control chunk before it, the picture for stills is the first frame.
                (b"IDAT", Some(frame)) => {
                    let Control { width, height, .. } = frame.control;
                    if (width, height) != (self.width, self.height) {
                        return Err(broken(format!(
                            "the picture itself is a frame of {width}x{height} pixels"
                        )));
                    }
                    frame.take(chunk.data);
                }
                (b"fdAT", Some(frame)) => {
                    self.check_sequence(&chunk)?;
                    frame.take(&chunk.data[4..]);
                }
                (b"fdAT", None) => return Err(broken("an fdAT chunk follows no fcTL chunk")),
                _ => {}
            }
        }
    }

    /// Control and data chunks are numbered together, without a gap (clause 13.2.1).
    fn check_sequence(&mut self, chunk: &Chunk<'_>) -> Result<()> {
        chunk.check()?;
        let number = chunk.data.first_chunk().map(|&bytes| u32::from_be_bytes(bytes));
        if number != Some(self.sequence) {
            let (name, wanted) = (String::from_utf8_lossy(&chunk.kind), self.sequence);
            let got = number.map_or("none".into(), |number| number.to_string());
            return Err(broken(format!(
                "the sequence number of the {name} chunk should be {wanted}, got {got}"
            )));
        }
        self.sequence += 1;
        Ok(())
    }
}

impl<'a> PackedFrame<'a> {
    fn take(&mut self, data: &'a [u8]) {
        self.data.push(data);
        self.data_length += data.len() as u64;
    }
}

impl Control {
    fn read(chunk: &Chunk<'_>, canvas: (u32, u32)) -> Result<Self> {
        let &[
            _,
            _,
            _,
            _,
            w3,
            w2,
            w1,
            w0,
            h3,
            h2,
            h1,
            h0,
            x3,
            x2,
            x1,
            x0,
            y3,
            y2,
            y1,
            y0,
            n1,
            n0,
            d1,
            d0,
            dispose,
            blend,
        ] = chunk.data
        else {
            return Err(broken(format!("an fcTL chunk of {} bytes", chunk.data.len())));
        };
        let [width, height, left, top] =
            [[w3, w2, w1, w0], [h3, h2, h1, h0], [x3, x2, x1, x0], [y3, y2, y1, y0]].map(u32::from_be_bytes);
        check_place(Format::Png, (left, top), (width, height), canvas)?;
        let [numerator, denominator] = [[n1, n0], [d1, d0]].map(|bytes| u16::from_be_bytes(bytes).into());
        Ok(Self {
            width,
            height,
            left,
            top,
            delay: Delay::new(numerator, denominator),
            disposal: match dispose {
                0 => Disposal::Keep,
                1 => Disposal::Clear,
                2 => Disposal::Restore,
                _ => return Err(broken(format!("the disposal operation {dispose}"))),
            },
            blend: match blend {
                0 => Blend::Replace,
                1 => Blend::Over,
                _ => return Err(broken(format!("the blend operation {blend}"))),
            },
        })
    }
}

fn read_picture(chunks: &Chunks<'_>, options: &Options) -> Result<Image> {
    let decoded = decode(chunks, Checksum::Checked, options.profile_use, &mut Damage::new(false))?;
    Image::new(chunks.width, chunks.height, decoded.pixels)
}

/// The start of a chunk: its length and its name.
fn chunk_head(length: u32, kind: [u8; 4]) -> [u8; 8] {
    let [l3, l2, l1, l0] = length.to_be_bytes();
    let [k0, k1, k2, k3] = kind;
    [l3, l2, l1, l0, k0, k1, k2, k3]
}

fn is_data_or_end(piece: &[u8]) -> bool {
    matches!(piece.get(4..8), Some(b"IDAT" | b"IEND"))
}

/// Bytes of a picture before it is packed: a filter and whole bytes of samples a row, in one pass or in seven (clauses
/// 7.2 and 8.1).
fn raw_bytes(width: u32, height: u32, bits_per_pixel: u64, is_interlaced: bool) -> u64 {
    let passes: &[[usize; 4]] = if is_interlaced { &ADAM7 } else { &[[0, 0, 1, 1]] };
    let pass = |&[left, top, across, down]: &[usize; 4]| {
        let columns = (width as usize).saturating_sub(left).div_ceil(across) as u64;
        let rows = (height as usize).saturating_sub(top).div_ceil(down) as u64;
        if columns == 0 { 0 } else { rows * (1 + (columns * bits_per_pixel).div_ceil(8)) }
    };
    passes.iter().map(pass).sum()
}

fn broken(what: impl Into<String>) -> Error {
    damaged(Format::Png, what)
}
