//! What a picture became: a file with a palette or in greys, or one in true colour where that is better.

use std::path::Path;

use huepack::measure::{self, Finding};
use huepack::{
    Effort, ImageRef, Indexed, Memory, Packed, Packer, Palette, Report, decode, encode, read_back, reduce,
};

use crate::color_type::ColorType;
use crate::failure::Failure;
use crate::source::Source;

/// What to do where true colour, which loses nothing, takes no more than a palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truecolor {
    /// It is written.
    Written,
    /// A palette was asked for, and what it costs is told.
    Told,
    /// It is written wherever a palette loses anything, however large it is.
    Insisted,
    /// Nobody looks.
    Ignored,
}

/// Bytes of the longest file of which the palette may be more than what true colour takes for more channels. One of 16
/// colours takes 88 at most.
const TINY: usize = 1 << 10;

/// Whether a file may be mostly palette, and no more than three channels are wanted without it: four took more for each
/// of 300 icons.
fn may_do_without_palette(packed: &Packed) -> bool {
    let colors = packed.indexed.palette().colors();
    let is_grey = |&[r, g, b, a]: &[u8; 4]| a == 0 || r == g && g == b;
    packed.bytes.len() <= TINY && (colors.iter().all(|color| color[3] == 255) || colors.iter().all(is_grey))
}

/// No file is as long.
const MOST_BYTES: usize = u32::MAX as usize;

/// How good a picture has to stay for its colours to be reduced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Floor {
    /// The least SSIMULACRA2 score.
    pub(crate) score: f64,
    /// Whether true colour is written below it, or else nothing.
    pub(crate) truecolor: bool,
    /// What a bit is worth, if that was said.
    pub(crate) lambda: Option<f32>,
    pub(crate) effort: Effort,
}

/// A picture packed.
pub(crate) struct Made {
    form: Form,
    /// The SSIMULACRA2 score of the palette, where it was measured.
    score: Option<f64>,
    /// Whether the palette is not good enough, and there is nothing else to write.
    is_below_floor: bool,
}

/// What is to be written, and what else was looked at.
enum Form {
    /// A palette or greys, and what true colour takes, where that is to be told: no more.
    Palette { packed: Packed, truecolor: Option<Vec<u8>> },
    /// True colour, and what it is better than, unless that was clear from the start.
    Truecolor { bytes: Vec<u8>, report: Report, instead_of: Option<Packed> },
}

impl Form {
    /// True colour after all.
    fn truecolor(bytes: Vec<u8>, packed: Packed) -> Self {
        let mut report = packed.report;
        report.bytes.file = bytes.len() as u64;
        report.mean_squared_error = 0.0;
        report.guarded = None;
        report.reached = None;
        Self::Truecolor { bytes, report, instead_of: Some(packed) }
    }
}

/// Another form of a picture than the one that is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Alternative {
    pub(crate) color_type: ColorType,
    pub(crate) bytes: u64,
    /// Colours in its palette.
    pub(crate) colors: Option<usize>,
    /// Infinite where no visible pixel changed.
    pub(crate) psnr_db: f64,
}

/// What may be taken for work on a picture that was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room<'a> {
    pub(crate) input: &'a Path,
    /// Bytes that it may take now, beside other pictures.
    pub(crate) now: u64,
    /// Bytes that it may take alone.
    pub(crate) alone: u64,
}

impl Room<'_> {
    /// Whether a score can be measured, or an error if it can later.
    pub(crate) fn has_place_for_a_score(&self, source: &Source) -> Result<bool, Failure> {
        self.is_enough(measure::ssimulacra2_memory(), source)
    }

    /// Whether there is room for `work`, or an error if there is none now but will be. The picture and its source count
    /// as well.
    fn is_enough(&self, work: Memory, source: &Source) -> Result<bool, Failure> {
        let image = source.decoded.image.view();
        let pixels = u64::from(image.width()) * u64::from(image.height());
        // Four bytes a pixel, and one for its index.
        let needed = source.bytes.len() as u64 + 5 * pixels + work.bytes(pixels);
        match (needed <= self.now, needed <= self.alone) {
            (false, true) => Err(Failure::later(self.input)),
            (is_enough, _) => Ok(is_enough),
        }
    }
}

impl Made {
    /// Packs a picture in the ways that are to be looked at.
    pub(crate) fn of(
        packer: &Packer,
        source: &Source,
        truecolor: Truecolor,
        effort: Effort,
        room: Room<'_>,
    ) -> Result<Self, Failure> {
        let failed = |error| Failure::library(room.input, &error);
        let image = source.decoded.image.view();
        if truecolor == Truecolor::Written
            && let Some((bytes, report)) = packer.pack_tiny(image).map_err(failed)?
        {
            return Ok(Self::new(Form::Truecolor { bytes, report, instead_of: None }));
        }
        let packed = packer.pack(image).map_err(failed)?;
        let is_lossless = packed.report.mean_squared_error == 0.0;
        if truecolor == Truecolor::Insisted && !is_lossless {
            return Self::in_truecolor(packer, packed, source, effort, room);
        }
        let most = packed.bytes.len() - usize::from(is_lossless);
        // More channels take no less than one of greys, or than indices of half a byte that lose nothing, unless the
        // palette weighs much.
        let is_hopeless = ColorType::of_written(&packed.bytes) == ColorType::Gray
            || is_lossless && packed.report.colors <= 16 && !may_do_without_palette(&packed);
        let is_looked_for = truecolor != Truecolor::Ignored
            && !is_hopeless
            && room.is_enough(encode::png::lossless_memory(effort), source)?;
        let bytes = if is_looked_for { packer.pack_truecolor(image, most).map_err(failed)? } else { None };
        Ok(Self::new(match bytes {
            Some(bytes) if truecolor != Truecolor::Told => Form::truecolor(bytes, packed),
            truecolor => Form::Palette { packed, truecolor },
        }))
    }

    fn new(form: Form) -> Self {
        Self { form, score: None, is_below_floor: false }
    }

    /// The same if it is good enough, and without loss if not. What there is no memory to measure is not good enough.
    pub(crate) fn above(
        mut self,
        floor: Floor,
        packer: &Packer,
        source: &Source,
        room: Room<'_>,
    ) -> Result<Self, Failure> {
        self.score = self.score(source, room)?;
        if self.is_above(floor) {
            return Ok(self);
        }
        if let Some(made) = self.with_bits_worth_less(floor, packer, source, room)? {
            return Ok(made);
        }
        let most = if source.decoded.format.is_web() { source.bytes.len() - 1 } else { usize::MAX };
        let is_looked_for =
            floor.truecolor && room.is_enough(encode::png::lossless_memory(floor.effort), source)?;
        let bytes = if is_looked_for {
            let file = packer.pack_truecolor(source.decoded.image.view(), most);
            file.map_err(|error| Failure::library(room.input, &error))?
        } else {
            None
        };
        self.is_below_floor = bytes.is_none();
        self.form = match (self.form, bytes) {
            (Form::Palette { packed, .. }, Some(bytes)) => Form::truecolor(bytes, packed),
            (form, _) => form,
        };
        Ok(self)
    }

    /// Whether nothing is lost, or little enough. What was not measured is not known to be.
    fn is_above(&self, floor: Floor) -> bool {
        self.report().mean_squared_error == 0.0 || self.score.is_some_and(|score| score >= floor.score)
    }

    /// The same with less lost to take fewer bits, if that is good enough.
    fn with_bits_worth_less(
        &self,
        floor: Floor,
        packer: &Packer,
        source: &Source,
        room: Room<'_>,
    ) -> Result<Option<Self>, Failure> {
        // What was not measured will not be either, and where there is a target it has had its say.
        if self.score.is_none() || self.report().reached.is_some() {
            return Ok(None);
        }
        let lambdas: &[f32] = match floor.lambda {
            Some(0.0) => &[],
            Some(lambda) => &[lambda / 4.0, 0.0],
            None if floor.effort == Effort::Fast => &[],
            None => &[0.0],
        };
        let truecolor = if floor.truecolor { Truecolor::Written } else { Truecolor::Ignored };
        for &lambda in lambdas {
            let mut made = Self::of(&packer.clone().lambda(lambda), source, truecolor, floor.effort, room)?;
            made.score = made.score(source, room)?;
            if made.is_above(floor) {
                return Ok(Some(made));
            }
        }
        Ok(None)
    }

    /// Whether nothing is to be written, since what was made is not good enough.
    pub(crate) fn is_below_floor(&self) -> bool {
        self.is_below_floor
    }

    /// The score of the palette, if it was measured.
    pub(crate) fn known_score(&self) -> Option<f64> {
        self.score
    }

    /// The form that loses nothing, whatever its size.
    fn in_truecolor(
        packer: &Packer,
        packed: Packed,
        source: &Source,
        effort: Effort,
        room: Room<'_>,
    ) -> Result<Self, Failure> {
        // Fast effort does not look for it.
        let effort = if effort == Effort::Fast { Effort::Balanced } else { effort };
        if !room.is_enough(encode::png::lossless_memory(effort), source)? {
            let reason = "there is too little memory to pack it without loss";
            return Err(Failure::new(room.input, reason, "raise --max-memory"));
        }
        let file = packer.clone().effort(effort).pack_truecolor(source.decoded.image.view(), MOST_BYTES);
        match file.map_err(|error| Failure::library(room.input, &error))? {
            Some(bytes) => Ok(Self::new(Form::truecolor(bytes, packed))),
            None => Err(Failure::new(
                room.input,
                "a GIF cannot hold it without loss",
                "--format png does, or leave out --lossless",
            )),
        }
    }

    /// The palette that was found, whether or not it is written; none where none was looked for.
    pub(crate) fn palette(&self) -> Option<&Palette> {
        match &self.form {
            Form::Palette { packed, .. } | Form::Truecolor { instead_of: Some(packed), .. } => {
                Some(packed.indexed.palette())
            }
            Form::Truecolor { instead_of: None, .. } => None,
        }
    }

    /// The file to write.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.form {
            Form::Palette { packed, .. } => &packed.bytes,
            Form::Truecolor { bytes, .. } => bytes,
        }
    }

    pub(crate) fn color_type(&self) -> ColorType {
        ColorType::of_written(self.bytes())
    }

    /// The picture as it is shown now, if that is another.
    pub(crate) fn changed(&self) -> Option<&Indexed> {
        match &self.form {
            Form::Palette { packed, .. } if packed.report.mean_squared_error > 0.0 => Some(&packed.indexed),
            _ => None,
        }
    }

    /// The picture with its palette, if that is what is written.
    pub(crate) fn indexed(&self) -> Option<&Indexed> {
        match &self.form {
            Form::Palette { packed, .. } if self.color_type() == ColorType::Indexed => Some(&packed.indexed),
            _ => None,
        }
    }

    /// Decodes what was written, and compares it with what should be there.
    pub(crate) fn verify(&self, written: &[u8], image: ImageRef<'_>) -> Result<(), String> {
        let unreadable = |error| format!("what was written cannot be read: {error}");
        let is_same = if let Form::Palette { packed, .. } = &self.form {
            let read = read_back(written).map_err(unreadable)?;
            reduce::trim(&read).as_ref().unwrap_or(&read) == &packed.indexed
        } else {
            // Into the space that the pixels were taken from.
            let decoder = decode::Options::new().max_pixels(u64::MAX).max_memory(u64::MAX).keep_profile();
            let read = decoder.decode(written).map_err(unreadable)?.image;
            let visible = |&pixel: &[u8; 4]| if pixel[3] == 0 { [0; 4] } else { pixel };
            (read.width(), read.height()) == (image.width(), image.height())
                && read.pixels().iter().map(visible).eq(image.pixels().iter().map(visible))
        };
        if is_same { Ok(()) } else { Err("what was written is another picture".into()) }
    }

    /// The numbers of the file to write.
    pub(crate) fn report(&self) -> Report {
        match &self.form {
            Form::Palette { packed, .. } => packed.report,
            Form::Truecolor { report, .. } => *report,
        }
    }

    /// Colours that the file to write has lost.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        match &self.form {
            Form::Palette { packed, .. } => packed.findings.clone(),
            Form::Truecolor { .. } => Vec::new(),
        }
    }

    /// The form that is not written.
    pub(crate) fn alternative(&self) -> Option<Alternative> {
        match &self.form {
            Form::Palette { truecolor, .. } => truecolor.as_deref().map(|file| Alternative {
                color_type: ColorType::of_written(file),
                bytes: file.len() as u64,
                colors: None,
                psnr_db: f64::INFINITY,
            }),
            Form::Truecolor { instead_of, .. } => instead_of.as_ref().map(|packed| Alternative {
                color_type: ColorType::of_written(&packed.bytes),
                bytes: packed.report.bytes.file,
                colors: Some(packed.report.colors),
                psnr_db: packed.report.psnr_db(),
            }),
        }
    }

    /// The SSIMULACRA2 score of a file that lost something, where there is memory for that.
    pub(crate) fn score(&self, source: &Source, room: Room<'_>) -> Result<Option<f64>, Failure> {
        let Some(changed) = self.changed() else { return Ok(None) };
        if !room.has_place_for_a_score(source)? {
            return Ok(None);
        }
        Ok(measure::ssimulacra2(source.decoded.image.view(), changed).ok())
    }
}
