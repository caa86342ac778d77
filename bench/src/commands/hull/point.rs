//! One file: who made it, its bytes, and what it looks like.

use super::likeness::{Likeness, Reference};
use super::source::decode;
use crate::Result;

/// oxipng's `-o 4`: nearly all it can do without Zopfli.
const OXIPNG_PRESET: u8 = 4;

/// A program and how it was called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Maker {
    pub(super) program: String,
    pub(super) colors: usize,
    pub(super) dither: String,
    /// Speed, or whatever else there is to choose.
    pub(super) knob: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) maker: Maker,
    pub(super) bytes: u64,
    pub(super) likeness: Likeness,
}

impl Point {
    /// Names of the cells of [`cells`](Self::cells).
    pub(super) const COLUMNS: [&str; 9] =
        ["program", "colors", "dither", "knob", "bytes", "ssimulacra2", "dssim", "butteraugli", "psnr_db"];

    /// The point of a file as it is.
    pub(super) fn of(maker: Maker, file: &[u8], reference: &Reference<'_>) -> Result<Self> {
        Ok(Self { maker, bytes: file.len() as u64, likeness: reference.likeness(&decode(file)?)? })
    }

    /// The point of a file after oxipng.
    pub(super) fn of_finished(maker: Maker, file: &[u8], reference: &Reference<'_>) -> Result<Self> {
        let finished = finish(file)?;
        if decode(&finished)? != decode(file)? {
            return Err(format!("oxipng changed the picture of {maker:?}").into());
        }
        Self::of(maker, &finished, reference)
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let Maker { program, colors, dither, knob } = &self.maker;
        let Likeness { ssimulacra2, dssim, butteraugli, psnr_db } = self.likeness;
        vec![
            program.clone(),
            colors.to_string(),
            dither.clone(),
            knob.clone(),
            self.bytes.to_string(),
            format!("{ssimulacra2:.4}"),
            format!("{dssim:.8}"),
            format!("{butteraugli:.5}"),
            format!("{psnr_db:.4}"),
        ]
    }

    /// Reads what [`cells`](Self::cells) made.
    pub(super) fn from_cells(cells: &[String]) -> Result<Self> {
        let [program, colors, dither, knob, bytes, ssimulacra2, dssim, butteraugli, psnr_db] = cells else {
            return Err(format!("{} cells wanted, got {cells:?}", Self::COLUMNS.len()).into());
        };
        Ok(Self {
            maker: Maker {
                program: program.clone(),
                colors: colors.parse()?,
                dither: dither.clone(),
                knob: knob.clone(),
            },
            bytes: bytes.parse()?,
            likeness: Likeness {
                ssimulacra2: ssimulacra2.parse()?,
                dssim: dssim.parse()?,
                butteraugli: butteraugli.parse()?,
                psnr_db: psnr_db.parse()?,
            },
        })
    }
}

/// The lossless finish, the same for everybody; a file that it cannot make smaller stays.
pub(super) fn finish(file: &[u8]) -> Result<Vec<u8>> {
    let mut options = oxipng::Options::from_preset(OXIPNG_PRESET);
    options.strip = oxipng::StripChunks::Safe;
    Ok(oxipng::optimize_from_memory(file, &options)?)
}

#[cfg(test)]
impl Point {
    /// One of which bytes and score are all that matters.
    pub(super) fn of_test(bytes: u64, ssimulacra2: f64) -> Self {
        let likeness = Likeness { ssimulacra2, dssim: 0.001, butteraugli: 1.0, psnr_db: 30.0 };
        let maker = Maker { program: "test".into(), colors: 256, dither: "1".into(), knob: "-".into() };
        Self { maker, bytes, likeness }
    }
}
