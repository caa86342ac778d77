//! Settings of what makes a lossy GIF of a picture: a palette by one program, and losses for the sake of LZW by gifsicle.

use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};

use huepack::Rgba8;

use super::point::Maker;
use super::source::Source;
use crate::Result;

/// gifsicle's losses, 0 being none.
const LOSSES: [u32; 5] = [0, 20, 40, 80, 140];

/// Palette sizes.
const COLORS: [u32; 2] = [256, 64];

/// A tile of so many pixels a side has no more colours than a GIF's palette.
const TILE: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Quantizer {
    /// pngquant with all of the error spread, or none; its palette and indices go into the GIF by ImageMagick.
    Pngquant { is_dithered: bool },
    /// gifsicle's own, of every colour there is, by the method of its three with the least error, with its dithering
    /// or none.
    Gifsicle { is_dithered: bool },
    /// ImageMagick's own.
    ImageMagick,
    /// ffmpeg's palettegen and paletteuse, with a way to dither.
    Ffmpeg { dither: &'static str },
}

/// One way to make a GIF.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    quantizer: Quantizer,
    colors: u32,
    loss: u32,
}

impl Setting {
    /// Every combination of pngquant's palettes and of gifsicle's, and those of the others with most colours.
    pub(super) fn all() -> Vec<Self> {
        let mut settings = Vec::new();
        let mut add = |quantizer, colors| {
            settings.extend(LOSSES.map(|loss| Self { quantizer, colors, loss }));
        };
        for colors in COLORS {
            for is_dithered in [true, false] {
                add(Quantizer::Pngquant { is_dithered }, colors);
                add(Quantizer::Gifsicle { is_dithered }, colors);
            }
        }
        add(Quantizer::ImageMagick, COLORS[0]);
        for dither in ["none", "floyd_steinberg", "bayer"] {
            add(Quantizer::Ffmpeg { dither }, COLORS[0]);
        }
        settings
    }

    /// Whether it is on the curve of those who only choose how much gifsicle loses.
    pub(super) fn is_plain(self) -> bool {
        self.colors == COLORS[0] && self.quantizer == (Quantizer::Pngquant { is_dithered: true })
    }

    /// Whether it is what somebody gets who chooses nothing.
    pub(super) fn is_default(self) -> bool {
        self.is_plain() && self.loss == 0
    }

    pub(super) fn maker(self) -> Maker {
        let (program, dither) = match self.quantizer {
            Quantizer::Pngquant { is_dithered } => {
                ("pngquant + gifsicle", if is_dithered { "1" } else { "0" })
            }
            Quantizer::Gifsicle { is_dithered } => ("gifsicle", if is_dithered { "1" } else { "0" }),
            Quantizer::ImageMagick => ("ImageMagick + gifsicle", "auto"),
            Quantizer::Ffmpeg { dither } => ("ffmpeg + gifsicle", dither),
        };
        Maker {
            program: program.into(),
            colors: self.colors as usize,
            dither: dither.into(),
            knob: format!("lossy {}", self.loss),
        }
    }

    /// The file that it makes.
    pub(super) fn pack(self, source: &Source) -> Result<Vec<u8>> {
        let gif = match self.quantizer {
            Quantizer::Pngquant { is_dithered } => {
                let dither = if is_dithered { "--floyd=1" } else { "--nofs" };
                let mut pngquant = Command::new("pngquant");
                pngquant.args([dither, &self.colors.to_string(), "-"]).env("OMP_NUM_THREADS", "1");
                let png = output(&mut pngquant, &source.png)?;
                // gifsicle keeps pictures interlaced that came so, and they are larger.
                output(Command::new("convert").args(["png:-", "-interlace", "none", "gif:-"]), &png)?
            }
            Quantizer::Gifsicle { is_dithered } => {
                let mut reduce = Command::new("gifsicle");
                reduce.args(["--no-warnings", "--color-method=blend-diversity"]);
                reduce.args(["--colors", &self.colors.to_string()]);
                if is_dithered {
                    reduce.arg("--dither");
                }
                let tiles = output(reduce.arg("-"), &in_tiles(source)?)?;
                // The last frame of what each adds to the one before is the picture.
                output(Command::new("gifsicle").args(["--no-warnings", "--unoptimize", "-", "#-1"]), &tiles)?
            }
            Quantizer::ImageMagick => {
                let colors = self.colors.to_string();
                let mut convert = Command::new("convert");
                output(
                    convert.args(["png:-", "-colors", &colors, "-interlace", "none", "gif:-"]),
                    &source.png,
                )?
            }
            Quantizer::Ffmpeg { dither } => {
                let filter = format!(
                    "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=dither={dither}"
                );
                let mut ffmpeg = Command::new("ffmpeg");
                ffmpeg.args(["-v", "error", "-f", "png_pipe", "-i", "-", "-filter_complex", &filter]);
                output(ffmpeg.args(["-f", "gif", "-"]), &source.png)?
            }
        };
        let mut gifsicle = Command::new("gifsicle");
        gifsicle.arg("-O3");
        if self.loss > 0 {
            gifsicle.arg(format!("--lossy={}", self.loss));
        }
        output(gifsicle.arg("-"), &gif)
    }
}

/// The picture with all of its colours, as frames that are put side by side with a palette each: gifsicle reads nothing
/// but GIF.
fn in_tiles(source: &Source) -> Result<Vec<u8>> {
    let picture = &source.picture;
    let (width, height) = (picture.width as usize, picture.height as usize);
    let mut file = Vec::new();
    let mut encoder = gif::Encoder::new(&mut file, u16::try_from(width)?, u16::try_from(height)?, &[])?;
    for top in (0..height).step_by(TILE) {
        for left in (0..width).step_by(TILE) {
            let (columns, rows) = (TILE.min(width - left), TILE.min(height - top));
            let mut tile = Tile::default();
            for row in picture.pixels.chunks_exact(width).skip(top).take(rows) {
                row[left..left + columns].iter().for_each(|&pixel| tile.push(pixel));
            }
            encoder.write_frame(&gif::Frame {
                left: u16::try_from(left)?,
                top: u16::try_from(top)?,
                width: columns as u16,
                height: rows as u16,
                ..tile.into_frame()
            })?;
        }
    }
    drop(encoder);
    Ok(file)
}

/// Pixels by the numbers of their colours, in the order in which those are met; what is half transparent or more has
/// none.
#[derive(Default)]
struct Tile {
    numbers: HashMap<Option<[u8; 3]>, u8>,
    palette: Vec<u8>,
    indices: Vec<u8>,
}

impl Tile {
    fn push(&mut self, [red, green, blue, alpha]: Rgba8) {
        let color = (alpha >= 128).then_some([red, green, blue]);
        let next = self.numbers.len();
        let index = *self.numbers.entry(color).or_insert_with(|| {
            self.palette.extend(color.unwrap_or_default());
            next as u8
        });
        self.indices.push(index);
    }

    fn into_frame(self) -> gif::Frame<'static> {
        gif::Frame {
            transparent: self.numbers.get(&None).copied(),
            palette: Some(self.palette),
            buffer: self.indices.into(),
            ..gif::Frame::default()
        }
    }
}

/// The programs with their versions, pngquant as it is known already.
pub(super) fn versions(pngquant: &str) -> String {
    let version = |(program, argument): (&str, &str)| {
        let said = Command::new(program).arg(argument).output().ok()?.stdout;
        let words: Vec<String> =
            String::from_utf8_lossy(&said).split_whitespace().take(3).map(str::to_owned).collect();
        Some(words.join(" "))
    };
    let programs = [("gifsicle", "--version"), ("convert", "-version"), ("ffmpeg", "-version")];
    let versions: Vec<String> = programs.into_iter().filter_map(version).collect();
    format!("{pngquant}, {}", versions.join(", "))
}

/// What a program makes of an input; all of these read it whole, or before they write much.
fn output(command: &mut Command, input: &[u8]) -> Result<Vec<u8>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().ok_or("a program without input")?;
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output()
    })?;
    if output.status.success() && !output.stdout.is_empty() {
        Ok(output.stdout)
    } else {
        Err(format!("{name}: {}", output.status).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_palette_has_every_loss() {
        let all = Setting::all();
        assert_eq!(all.len(), (2 * 2 * 2 + 1 + 3) * 5);
        assert_eq!(all.iter().filter(|setting| setting.is_plain()).count(), 5);
        assert_eq!(all.iter().filter(|setting| setting.is_default()).count(), 1);
    }
}
