//! A clip of the comparison: what peers read, and what results are held against.

use std::fs;
use std::path::{Path, PathBuf};

use huepack::decode::{self, Frames};
use huepack::measure::Player;
use huepack::{Delay, Image, ImageRef};
use image::RgbaImage;

use crate::Result;
use crate::picture::Picture;

/// GIF has hundredths of a second, and browsers slow down what changes every hundredth.
const MOST_FPS: u32 = 50;

pub(super) struct Source {
    pub(super) name: String,
    pub(super) content: Content,
    key: [String; 5],
}

pub(super) enum Content {
    /// Opaque canvases at a steady rate.
    Frames { images: Vec<Image>, fps: u32 },
    /// The bytes of a GIF.
    Gif(Vec<u8>),
}

impl Source {
    /// Names of the cells of [`key`](Self::key).
    pub(super) const KEY: [&str; 5] = ["clip", "width", "height", "frames", "crc32"];

    /// A folder of frames, or a file.
    pub(super) fn open(path: &Path, fps: u32) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            let mut files: Vec<PathBuf> =
                fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
            files.retain(|file| file.extension().is_some_and(|extension| extension == "png"));
            files.sort();
            let images = files.iter().map(|file| {
                let Picture { width, height, pixels, .. } = Picture::open(file)?;
                Ok(Image::new(width, height, pixels)?)
            });
            let images: Vec<Image> = images.collect::<Result<_>>()?;
            if images.is_empty() {
                return Err("frames as PNG wanted, got none".into());
            }
            return Ok(Self::of_frames(&name, images, fps));
        }
        let bytes = fs::read(path)?;
        if bytes.starts_with(b"GIF8") {
            let mut frames = decode::Options::new().frames(&bytes)?;
            let (width, height, mut count) = (frames.width(), frames.height(), 0);
            while frames.next_frame()?.is_some() {
                count += 1;
            }
            let key = key(&name, (width, height), count, crc32fast::hash(&bytes));
            return Ok(Self { name, content: Content::Gif(bytes), key });
        }
        let (images, fps) = flattened(&mut decode::Options::new().frames(&bytes)?)?;
        Ok(Self::of_frames(&name, images, fps))
    }

    pub(super) fn of_frames(name: &str, images: Vec<Image>, fps: u32) -> Self {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&fps.to_le_bytes());
        images.iter().for_each(|image| hasher.update(image.pixels().as_flattened()));
        let size = (images[0].width(), images[0].height());
        let key = key(name, size, images.len(), hasher.finalize());
        Self { name: name.to_owned(), content: Content::Frames { images, fps }, key }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self.content {
            Content::Frames { .. } => "frames",
            Content::Gif(_) => "gif",
        }
    }

    /// What the cached points of this clip start with.
    pub(super) fn key(&self) -> &[String; 5] {
        &self.key
    }

    /// Pixels of all canvases.
    pub(super) fn pixels(&self) -> f64 {
        self.key[1..4].iter().map(|number| number.parse::<f64>().unwrap_or(f64::NAN)).product()
    }

    /// The clip from its start.
    pub(super) fn play(&self) -> huepack::Result<Playing<'_>> {
        Ok(match &self.content {
            Content::Frames { images, fps } => {
                Playing::Frames { images, next: 0, delay: Delay::new(1, *fps) }
            }
            Content::Gif(bytes) => Playing::Gif(Box::new(decode::Options::new().frames(bytes)?)),
        })
    }

    /// Writes what peers read: the GIF, or each frame as a PNG. Names are in order.
    pub(super) fn write(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        match &self.content {
            Content::Gif(bytes) => {
                let path = folder.join("source.gif");
                fs::write(&path, bytes)?;
                Ok(vec![path])
            }
            Content::Frames { images, .. } => {
                let write = |(number, image): (usize, &Image)| {
                    let path = folder.join(format!("frame-{number:05}.png"));
                    let bytes = image.pixels().as_flattened().to_vec();
                    let png = RgbaImage::from_raw(image.width(), image.height(), bytes);
                    png.ok_or("as many pixels as decoded")?.save(&path)?;
                    Ok(path)
                };
                images.iter().enumerate().map(write).collect()
            }
        }
    }
}

fn key(name: &str, (width, height): (u32, u32), frames: usize, checksum: u32) -> [String; 5] {
    let numbers = [width.to_string(), height.to_string(), frames.to_string()];
    let [width, height, frames] = numbers;
    [name.to_owned(), width, height, frames, format!("{checksum:08x}")]
}

/// Every canvas on white, and the rate that comes closest to their delays.
fn flattened(frames: &mut Frames<'_>) -> Result<(Vec<Image>, u32)> {
    let (mut images, mut seconds) = (Vec::new(), 0.0);
    while let Some(shown) = frames.next_frame()? {
        let on_white = |&[r, g, b, a]: &[u8; 4]| {
            let [r, g, b] = [r, g, b].map(|channel| {
                ((u32::from(channel) * u32::from(a) + 255 * u32::from(255 - a) + 127) / 255) as u8
            });
            [r, g, b, 255]
        };
        let pixels = shown.canvas.pixels().iter().map(on_white).collect();
        images.push(Image::new(shown.canvas.width(), shown.canvas.height(), pixels)?);
        seconds += f64::from(shown.delay.numerator()) / f64::from(shown.delay.denominator());
    }
    let fps = (images.len() as f64 / seconds).round().clamp(1.0, f64::from(MOST_FPS));
    Ok((images, fps as u32))
}

pub(super) enum Playing<'a> {
    Frames { images: &'a [Image], next: usize, delay: Delay },
    Gif(Box<Frames<'a>>),
}

impl Player for Playing<'_> {
    type Error = huepack::Error;

    fn advance(&mut self) -> huepack::Result<Option<Delay>> {
        match self {
            Self::Frames { images, next, delay } => {
                let is_there = *next < images.len();
                *next += usize::from(is_there);
                Ok(is_there.then_some(*delay))
            }
            Self::Gif(frames) => frames.advance(),
        }
    }

    fn canvas(&self) -> ImageRef<'_> {
        match self {
            Self::Frames { images, next, .. } => images[next.saturating_sub(1)].view(),
            Self::Gif(frames) => frames.canvas(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_play_in_order_at_their_rate() {
        let image = |red| Image::new(2, 1, vec![[red, 0, 0, 255]; 2]).unwrap();
        let source = Source::of_frames("clip", vec![image(1), image(2)], 25);
        assert_eq!(source.pixels(), 4.0);
        let mut playing = source.play().unwrap();
        for red in [1, 2] {
            assert_eq!(playing.advance().unwrap(), Some(Delay::new(1, 25)));
            assert_eq!(playing.canvas().pixels()[0][0], red);
        }
        assert_eq!(playing.advance().unwrap(), None);
        assert_eq!(playing.canvas().pixels()[0][0], 2);
    }
}
