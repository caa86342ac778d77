//! Animations written block by block.

use huepack::{Disposal, Rgba8};

use crate::render::{HEIGHT, Layer, WIDTH};

#[path = "../png_file/mod.rs"]
mod png_file;
pub(crate) use png_file::{PngFile, stored};

/// What an image of a GIF says about itself.
#[derive(Clone, Debug)]
pub(crate) struct GifImage {
    pub(crate) left: u16,
    pub(crate) top: u16,
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// From the top.
    pub(crate) indices: Vec<u8>,
    pub(crate) colors: Option<Vec<[u8; 3]>>,
    pub(crate) transparent: Option<u8>,
    pub(crate) interlaced: bool,
    pub(crate) method: u8,
    pub(crate) hundredths: u16,
}

impl GifImage {
    /// One pixel of colour 1 at a place.
    pub(crate) fn dot(left: u16, top: u16) -> Self {
        Self {
            left,
            top,
            width: 1,
            height: 1,
            indices: vec![1],
            colors: None,
            transparent: None,
            interlaced: false,
            method: 0,
            hundredths: 7,
        }
    }

    fn block(&self) -> Vec<u8> {
        let flags = self.method << 2 | u8::from(self.transparent.is_some());
        let mut block = vec![b'!', 0xF9, 4, flags];
        block.extend(self.hundredths.to_le_bytes());
        block.extend([self.transparent.unwrap_or(0), 0, b',']);
        for number in [self.left, self.top, self.width, self.height] {
            block.extend(number.to_le_bytes());
        }
        let table = self.colors.as_ref().map_or(0, |colors| 0x80 | table_bits(colors));
        block.push(table | u8::from(self.interlaced) << 6);
        block.extend(self.colors.iter().flatten().flatten());
        block.extend(packed(&self.in_file_order()));
        block
    }

    fn in_file_order(&self) -> Vec<u8> {
        if !self.interlaced {
            return self.indices.clone();
        }
        let (width, height) = (usize::from(self.width), usize::from(self.height));
        let rows = [(0, 8), (4, 8), (2, 4), (1, 2)]
            .into_iter()
            .flat_map(|(first, step)| (first..height).step_by(step));
        rows.flat_map(|y| self.indices[y * width..][..width].to_vec()).collect()
    }
}

/// The number of a table of two, four, eight or more colours.
fn table_bits(colors: &[[u8; 3]]) -> u8 {
    assert!(colors.len().is_power_of_two());
    colors.len().trailing_zeros() as u8 - 1
}

/// LZW of eight bits that starts afresh before the codes grow.
fn packed(indices: &[u8]) -> Vec<u8> {
    let codes = indices
        .chunks(200)
        .flat_map(|chunk| [256].into_iter().chain(chunk.iter().map(|&index| u32::from(index))));
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for code in codes.chain([257]) {
        bits |= code << count;
        count += 9;
        while count >= 8 {
            bytes.push(bits as u8);
            (bits, count) = (bits >> 8, count - 8);
        }
    }
    bytes.push(bits as u8);
    let mut block = vec![8];
    for chunk in bytes.chunks(255) {
        block.push(chunk.len() as u8);
        block.extend(chunk);
    }
    block.push(0);
    block
}

/// A GIF of these images, with a table for all of them.
pub(crate) fn gif(width: u16, height: u16, colors: &[[u8; 3]], images: &[GifImage]) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend([if colors.is_empty() { 0 } else { 0x80 | table_bits(colors) }, 0, 0]);
    bytes.extend(colors.as_flattened());
    images.iter().for_each(|image| bytes.extend(image.block()));
    bytes.push(b';');
    bytes
}

/// The content of an fcTL chunk: width, height, left, top; delay; disposal and blending.
pub(crate) fn control(sequence: u32, place: [u32; 4], delay: [u16; 2], operations: [u8; 2]) -> Vec<u8> {
    let mut data = sequence.to_be_bytes().to_vec();
    place.iter().for_each(|number| data.extend(number.to_be_bytes()));
    delay.iter().for_each(|number| data.extend(number.to_be_bytes()));
    data.extend(operations);
    data
}

/// Rows of pixels, filtered with nothing and packed by nothing.
pub(crate) fn rgba_rows(width: u32, pixels: &[Rgba8]) -> Vec<u8> {
    let rows = pixels.chunks(width as usize);
    stored(&rows.flat_map(|row| [&[0], row.as_flattened()].concat()).collect::<Vec<u8>>())
}

/// An APNG of these layers behind a picture that is none of them.
pub(crate) fn apng(layers: &[Layer], plays: u32) -> Vec<u8> {
    let still = vec![[9, 9, 9, 255]; (WIDTH * HEIGHT) as usize];
    let counts = [(layers.len() as u32).to_be_bytes(), plays.to_be_bytes()].concat();
    let mut file =
        PngFile::new(WIDTH, HEIGHT, 8, 6).chunk(b"acTL", &counts).chunk(b"IDAT", &rgba_rows(WIDTH, &still));
    for (layer, sequence) in layers.iter().zip((0..).step_by(2)) {
        let Layer { left, top, width, height, pixels, replaces, disposal } = layer;
        let disposal = match disposal {
            Disposal::Keep => 0,
            Disposal::Clear => 1,
            Disposal::Restore => 2,
        };
        let place = [*width, *height, *left, *top];
        let data = [&(sequence + 1u32).to_be_bytes()[..], &rgba_rows(*width, pixels)].concat();
        file = file
            .chunk(b"fcTL", &control(sequence, place, [1, 30], [disposal, u8::from(!replaces)]))
            .chunk(b"fdAT", &data);
    }
    file.chunk(b"IEND", &[]).bytes()
}

/// An animated WebP of these layers, losslessly packed.
pub(crate) fn webp(layers: &[Layer], plays: u16) -> Vec<u8> {
    let mut chunks = Vec::new();
    let side = |side: u32| [(side - 1) as u8, 0, 0];
    push_chunk(&mut chunks, b"VP8X", &[&[0x12, 0, 0, 0][..], &side(WIDTH), &side(HEIGHT)].concat());
    // A background that nobody shows.
    push_chunk(&mut chunks, b"ANIM", &[&[0, 0, 255, 255][..], &plays.to_le_bytes()].concat());
    for layer in layers {
        let mut file = Vec::new();
        image_webp::WebPEncoder::new(&mut file)
            .encode(layer.pixels.as_flattened(), layer.width, layer.height, image_webp::ColorType::Rgba8)
            .expect("a WebP");
        let flags = u8::from(layer.replaces) << 1 | u8::from(layer.disposal == Disposal::Clear);
        let offset = |offset: u32| [(offset / 2) as u8, 0, 0];
        let head = [offset(layer.left), offset(layer.top), side(layer.width), side(layer.height), [40, 0, 0]];
        // The picture's chunk follows the head of the file.
        push_chunk(&mut chunks, b"ANMF", &[head.as_flattened(), &[flags], &file[12..]].concat());
    }
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((chunks.len() as u32 + 4).to_le_bytes());
    bytes.extend(b"WEBP");
    bytes.extend(chunks);
    bytes
}

fn push_chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    out.extend(name);
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out.extend((data.len() % 2 == 1).then_some(0));
}
