//! LZW beside gifsicle's: the same indices, packed by each effort and by `gifsicle -O3`.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use huepack::{Dither, Effort, Format, Indexed, Packer, Palette, encode};

use super::publish;
use crate::Result;
use crate::clock::{Stopwatch, median};
use crate::picture::Picture;
use crate::provenance;
use crate::summary::mean;
use crate::table::{Table, number};

const COLUMNS: [&str; 12] = [
    "set",
    "image",
    "colors",
    "streams",
    "pixels",
    "effort",
    "bytes",
    "gifsicle",
    "to_gifsicle",
    "worst",
    "larger",
    "us_per_pixel",
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Photographs, JPEG or PNG, and GIFs, of which every frame is taken
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// Palette sizes for photographs
    #[arg(long, value_delimiter = ',', default_value = "256,64")]
    #[arg(value_parser = clap::value_parser!(u16).range(2..=256))]
    colors: Vec<u16>,
    /// How often each stream is packed; the time is the median
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// One picture, or all frames of an animation.
struct Subject {
    set: &'static str,
    image: String,
    colors: String,
    streams: Vec<Indexed>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
        let table = pool.install(|| self.measure().map_err(|error| error.to_string()))?;
        publish(&table, self.out.as_deref())
    }

    fn measure(&self) -> Result<Table> {
        let mut notes = provenance::notes("lzw");
        notes.push(("threads".into(), "1".into()));
        notes.push(("peers".into(), gifsicle_version()?));
        let mut table = Table::new(notes, &COLUMNS);
        for path in &self.images {
            eprintln!("{}", path.display());
            let named = |error| format!("{}: {error}", path.display());
            if path.extension().is_some_and(|extension| extension == "gif") {
                self.add_rows(&mut table, &frames(path).map_err(named)?)?;
                continue;
            }
            let picture = Picture::open(path)?;
            for &colors in &self.colors {
                self.add_rows(&mut table, &still(&picture, colors)?)?;
            }
        }
        Ok(table)
    }

    /// One row an effort.
    fn add_rows(&self, table: &mut Table, subject: &Subject) -> Result<()> {
        let theirs = subject.streams.iter().map(by_gifsicle).collect::<Result<Vec<usize>>>()?;
        let pixels: usize = subject.streams.iter().map(|stream| stream.indices().len()).sum();
        for effort in Effort::ALL {
            let options = encode::gif::Options::new().effort(effort);
            let (mut ours, mut us) = (Vec::new(), Vec::new());
            for _ in 0..self.rounds {
                let mut clock = Stopwatch::start();
                let files = subject.streams.iter().map(|stream| options.encode(stream));
                let files = files.collect::<huepack::Result<Vec<Vec<u8>>>>()?;
                us.push(clock.lap_ms() * 1e3);
                ours = files.iter().map(|file| lzw_bytes(file)).collect::<Result<Vec<usize>>>()?;
            }
            let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(&a, &b)| a as f64 / b as f64).collect();
            table.push(vec![
                subject.set.to_owned(),
                subject.image.clone(),
                subject.colors.clone(),
                subject.streams.len().to_string(),
                pixels.to_string(),
                format!("{effort:?}").to_lowercase(),
                ours.iter().sum::<usize>().to_string(),
                theirs.iter().sum::<usize>().to_string(),
                number(mean(&ratios), 4),
                number(ratios.iter().copied().fold(0.0, f64::max), 4),
                ratios.iter().filter(|&&ratio| ratio > 1.0).count().to_string(),
                number(median(&us) / pixels as f64, 3),
            ]);
        }
        Ok(())
    }
}

/// A photograph, dithered.
fn still(picture: &Picture, colors: u16) -> Result<Subject> {
    let packer = Packer::new().colors(usize::from(colors)).dither(Dither::FloydSteinberg).format(Format::Gif);
    Ok(Subject {
        set: "stills",
        image: picture.name.clone(),
        colors: colors.to_string(),
        streams: vec![packer.pack(picture.view())?.indexed],
    })
}

/// The frames of a GIF, each as a still.
fn frames(path: &Path) -> Result<Subject> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    let mut decoder = options.read_info(File::open(path)?)?;
    let global = decoder.global_palette().map(<[u8]>::to_vec).unwrap_or_default();
    let mut streams = Vec::new();
    while let Some(frame) = decoder.read_next_frame()? {
        streams.push(numbered(frame, frame.palette.as_deref().unwrap_or(&global))?);
    }
    let image = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Subject { set: "frames", image, colors: "-".into(), streams })
}

/// The colours of a frame that occur, each once, under numbers of their own: gifsicle leaves out the others and joins
/// equal ones, and the streams are to be the same. Which colours they are means nothing to either.
fn numbered(frame: &gif::Frame<'_>, palette: &[u8]) -> Result<Indexed> {
    let color = |index: u8| {
        let rgb = palette.chunks_exact(3).nth(usize::from(index));
        // Past the palette or transparent, it is like no other.
        (if frame.transparent == Some(index) { None } else { rgb }).ok_or(index)
    };
    let mut seen = Vec::new();
    let mut number_of = [None; 256];
    let number = |&index: &u8| {
        *number_of[usize::from(index)].get_or_insert_with(|| {
            let color = color(index);
            let known = seen.iter().position(|other| *other == color);
            known.unwrap_or_else(|| {
                seen.push(color);
                seen.len() - 1
            }) as u8
        })
    };
    let indices: Vec<u8> = frame.buffer.iter().map(number).collect();
    let colors = (0..seen.len()).map(|number| [number as u8, 255 - number as u8, 7, 255]).collect();
    Ok(Indexed::new(frame.width.into(), frame.height.into(), Palette::new(colors)?, indices)?)
}

/// Bytes of LZW that gifsicle writes, in a file of the same pixels.
fn by_gifsicle(indexed: &Indexed) -> Result<usize> {
    let ours = encode::gif::Options::new().effort(Effort::Fast).encode(indexed)?;
    let mut child = Command::new("gifsicle")
        .args(["-O3", "--no-warnings"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("gifsicle: {error}"))?;
    let mut input = child.stdin.take().expect("it was asked for");
    // On a thread of its own: a pipe holds 64 KiB, and gifsicle may write before it has read all.
    let file = ours.clone();
    let writer = std::thread::spawn(move || input.write_all(&file));
    let output = child.wait_with_output()?;
    writer.join().expect("writing does not panic")?;
    if !output.status.success() || pixels(&output.stdout)? != pixels(&ours)? {
        return Err("gifsicle made another picture of it".into());
    }
    lzw_bytes(&output.stdout)
}

fn pixels(file: &[u8]) -> Result<Vec<u8>> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(file)?;
    let frame = decoder.read_next_frame()?.ok_or("a GIF without a frame")?;
    Ok(frame.buffer.to_vec())
}

/// Bytes of LZW in the first frame of a GIF, without what frames its blocks.
fn lzw_bytes(file: &[u8]) -> Result<usize> {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(file)?;
    let frame = decoder.read_next_frame()?.ok_or("a GIF without a frame")?;
    // The first byte is the minimum code size.
    Ok(frame.buffer.len() - 1)
}

pub(super) fn gifsicle_version() -> Result<String> {
    let output = Command::new("gifsicle").arg("--version").output();
    let output = output.map_err(|error| format!("gifsicle has to be on the path: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(format!("{} -O3", text.lines().next().unwrap_or("gifsicle")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_colours_of_a_frame_are_one_and_the_transparent_one_is_its_own() {
        let mut frame = gif::Frame::from_indexed_pixels(5, 1, [4, 1, 0, 2, 9], Some(2));
        frame.palette = None;
        let palette = [[1; 3], [1; 3], [1; 3], [5; 3], [6; 3]].concat();
        let indexed = numbered(&frame, &palette).unwrap();
        assert_eq!(indexed.indices(), [0, 1, 1, 2, 3]);
    }

    #[test]
    fn bytes_are_those_of_the_codes_alone() {
        let palette = Palette::new(vec![[0, 0, 0, 255]]).unwrap();
        let dot = Indexed::new(1, 1, palette, vec![0]).unwrap();
        assert_eq!(lzw_bytes(&encode::gif::Options::new().encode(&dot).unwrap()).unwrap(), 2);
    }
}
