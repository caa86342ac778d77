//! Bytes and score of files. Everybody's indices go through the same lossless finish; what huepack itself
//! writes stands beside it.

use std::path::PathBuf;

use clap::Args;
use huepack::{Format, Indexed};

use super::{Comparison, publish};
use crate::Result;
use crate::clock::Stopwatch;
use crate::peers::{Dithering, IMAGEQUANT_DEFAULT, Peer};
use crate::picture::Picture;
use crate::score::Score;
use crate::space::Space;
use crate::table::{Table, number};

/// oxipng's `-o 4`: nearly all it can do without Zopfli.
const OXIPNG_PRESET: u8 = 4;

const COLUMNS: [&str; 13] = [
    "image",
    "colors",
    "dithering",
    "peer",
    "ssimulacra2",
    "ciede2000",
    "png",
    "to_imagequant",
    "gif",
    "own_png",
    "own_png_ms",
    "own_gif",
    "own_gif_ms",
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    #[command(flatten)]
    comparison: Comparison,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The bytes of one result in every form.
struct Files {
    peer: String,
    score: Score,
    png: usize,
    gif: usize,
    own_png: Own,
    own_gif: Own,
}

/// The file that a peer itself writes: bytes, and CPU time from pixels to file; NaN where it writes none.
struct Own {
    bytes: f64,
    cpu_ms: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let table = self.comparison.on_threads(|| self.measure().map_err(|error| error.to_string()))??;
        publish(&table, self.out.as_deref())
    }

    fn measure(&self) -> Result<Table> {
        let python = self.comparison.python();
        let notes = self.comparison.notes("bytes", python.as_ref());
        let mut table = Table::new(notes, &COLUMNS);
        for path in &self.comparison.images {
            let picture = Picture::open(path)?;
            let peers = self.comparison.peers(&picture, python.as_ref());
            for &colors in &self.comparison.colors {
                for dithering in Dithering::ALL {
                    let files = all_files(&picture, &peers, usize::from(colors), dithering)?;
                    add_rows(&mut table, &picture, usize::from(colors), dithering, &files);
                }
            }
        }
        Ok(table)
    }
}

fn all_files(
    picture: &Picture,
    peers: &[Box<dyn Peer + '_>],
    colors: usize,
    dithering: Dithering,
) -> Result<Vec<Files>> {
    eprintln!("{} {colors} colours, dithering {}", picture.name, dithering.name());
    let mut files = Vec::new();
    for peer in peers.iter().filter(|peer| dithering == Dithering::None || peer.dithers()) {
        let indexed = peer.run(colors, dithering)?.indexed;
        files.push(Files {
            peer: peer.name().to_owned(),
            score: Score::of(picture, &indexed, Space::Srgb)?,
            png: png(&indexed)?.len(),
            gif: gif(&indexed)?.len(),
            own_png: own(peer.as_ref(), colors, dithering, Format::Png)?,
            own_gif: own(peer.as_ref(), colors, dithering, Format::Gif)?,
        });
    }
    files.sort_by(|a, b| b.score.ssimulacra2.total_cmp(&a.score.ssimulacra2));
    Ok(files)
}

fn own(peer: &dyn Peer, colors: usize, dithering: Dithering, format: Format) -> Result<Own> {
    let mut clock = Stopwatch::start();
    let file = peer.pack(colors, dithering, format)?;
    let cpu_ms = clock.lap_ms();
    Ok(file
        .map_or(Own { bytes: f64::NAN, cpu_ms: f64::NAN }, |file| Own { bytes: file.len() as f64, cpu_ms }))
}

/// The lossless finish.
pub(super) fn png(indexed: &Indexed) -> Result<Vec<u8>> {
    let color = |&[r, g, b, a]: &[u8; 4]| oxipng::RGBA8::new(r, g, b, a);
    let palette = indexed.palette().colors().iter().map(color).collect();
    let image = oxipng::RawImage::new(
        indexed.width(),
        indexed.height(),
        oxipng::ColorType::Indexed { palette },
        oxipng::BitDepth::Eight,
        indexed.indices().to_vec(),
    )?;
    Ok(image.create_optimized_png(&oxipng::Options::from_preset(OXIPNG_PRESET))?)
}

/// The `gif` crate's encoder: plain LZW, the same for everybody.
fn gif(indexed: &Indexed) -> Result<Vec<u8>> {
    let (width, height) = (u16::try_from(indexed.width())?, u16::try_from(indexed.height())?);
    let palette: Vec<u8> = indexed.palette().colors().iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    let frame = ::gif::Frame { width, height, buffer: indexed.indices().into(), ..::gif::Frame::default() };
    let mut bytes = Vec::new();
    ::gif::Encoder::new(&mut bytes, width, height, &palette)?.write_frame(&frame)?;
    Ok(bytes)
}

/// One row a peer, the highest score first.
fn add_rows(table: &mut Table, picture: &Picture, colors: usize, dithering: Dithering, files: &[Files]) {
    let reference = files.iter().find(|files| files.peer == IMAGEQUANT_DEFAULT);
    let reference = reference.map_or(f64::NAN, |files| files.png as f64);
    for files in files {
        table.push(vec![
            picture.name.clone(),
            colors.to_string(),
            dithering.name().to_owned(),
            files.peer.clone(),
            number(files.score.ssimulacra2, 2),
            number(files.score.ciede2000, 3),
            files.png.to_string(),
            number(files.png as f64 / reference, 3),
            files.gif.to_string(),
            number(files.own_png.bytes, 0),
            number(files.own_png.cpu_ms, 0),
            number(files.own_gif.bytes, 0),
            number(files.own_gif.cpu_ms, 0),
        ]);
    }
}
