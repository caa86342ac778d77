//! pngquant's settings: 2 as Debian has it, which is run, and 3 by its library, in process.

use std::io::Write;
use std::process::{Command, Stdio};

use super::point::Maker;
use super::source::Source;
use crate::Result;
use crate::commands::pngquant_standin::{self, Quantizer};
use crate::commands::programs::pngquant_version;
use crate::provenance::locked_version;

/// Parts of the error that are spread: all of it, which is the default, half, and none.
const DITHERS: [f32; 3] = [1.0, 0.5, 0.0];

/// The default of both programs. The grid has 3 in its place: a step slower and better, and the default of old.
const DEFAULT_SPEED: i32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    /// Debian's.
    Two,
    /// imagequant with pngquant's settings.
    Three,
}

/// One way to call pngquant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    program: Program,
    colors: u32,
    dither: f32,
    speed: i32,
}

/// The programs with their versions.
pub(super) struct Names {
    pub(super) two: String,
    pub(super) three: String,
}

impl Names {
    pub(super) fn find() -> Result<Self> {
        let version = pngquant_version().ok_or("pngquant wanted on the path, as Debian has it")?;
        let three = format!("imagequant {}", locked_version("imagequant"));
        Ok(Self { two: format!("pngquant {version}"), three })
    }
}

impl Setting {
    /// Every combination, or a third of them, and the defaults of both.
    pub(super) fn all(is_thin: bool) -> Vec<Self> {
        let sizes: &[u32] =
            if is_thin { &[16, 32, 64, 128, 256] } else { &[8, 16, 32, 64, 96, 128, 192, 256] };
        let mut settings = Vec::new();
        for program in [Program::Two, Program::Three] {
            for &colors in sizes {
                let speeds: &[i32] = if is_thin && colors < 256 { &[3] } else { &[3, 1] };
                for dither in DITHERS {
                    settings.extend(speeds.iter().map(|&speed| Self { program, colors, dither, speed }));
                }
            }
            settings.push(Self { program, colors: 256, dither: 1.0, speed: DEFAULT_SPEED });
        }
        settings
    }

    /// Whether it is on the curve of those who only choose a number of colours.
    pub(super) fn is_plain(self) -> bool {
        self.dither == 1.0 && self.speed == 3
    }

    /// Whether it is what somebody gets who chooses nothing: the default speed, or the 3 that was it before.
    pub(super) fn is_default(self) -> bool {
        self.dither == 1.0 && self.colors == 256 && [3, DEFAULT_SPEED].contains(&self.speed)
    }

    pub(super) fn maker(self, names: &Names) -> Maker {
        Maker {
            program: match self.program {
                Program::Two => names.two.clone(),
                Program::Three => names.three.clone(),
            },
            colors: self.colors as usize,
            dither: self.dither.to_string(),
            knob: format!("speed {}", self.speed),
        }
    }

    /// The file that it makes.
    pub(super) fn pack(self, source: &Source) -> Result<Vec<u8>> {
        match self.program {
            Program::Two => self.run(&source.png),
            Program::Three => {
                let quantizer = Quantizer { speed: self.speed, colors: self.colors, dithering: self.dither };
                let pixels = pngquant_standin::Pixels::of(&source.picture);
                let (palette, indices) = quantizer.quantize(&pixels)?;
                let mut file = Vec::new();
                pngquant_standin::write(&mut file, &pixels, (&palette, &indices), quantizer.zlib_level())?;
                Ok(file)
            }
        }
    }

    /// pngquant on one thread: it reads everything before it writes anything.
    fn run(self, png: &[u8]) -> Result<Vec<u8>> {
        let dither =
            if self.dither == 0.0 { "--nofs".to_owned() } else { format!("--floyd={}", self.dither) };
        let mut child = Command::new("pngquant")
            .args(["--speed", &self.speed.to_string(), &dither, &self.colors.to_string(), "-"])
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        child.stdin.take().ok_or("pngquant has no input")?.write_all(png)?;
        let output = child.wait_with_output()?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(format!("pngquant: {}", output.status).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_complete_and_the_thin_one_a_part_of_it() {
        let (all, thin) = (Setting::all(false), Setting::all(true));
        assert_eq!((all.len(), thin.len()), (2 * (8 * 3 * 2 + 1), 2 * (5 * 3 + 3 + 1)));
        assert!(thin.iter().all(|setting| all.contains(setting)));
        for settings in [all, thin] {
            assert_eq!(settings.iter().filter(|setting| setting.is_default()).count(), 4);
        }
    }
}
