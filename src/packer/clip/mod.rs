//! Animations: a palette for all frames, and of each frame what changes.
//!
//! A clip is played twice: for its colours, and for its pictures. Memory holds a few canvases, however many frames there are.

mod ahead;
mod exact;
mod local;
mod stage;
mod survey;
#[cfg(feature = "score")]
mod target;
mod writer;

use crate::animation::Clip;
use crate::encode::Format;
use crate::error::{Error, Result};
use crate::map::MapOptions;
use crate::measure;
use crate::memory::{self, Memory};
use crate::palette::Palette;
use crate::par;

use super::Packer;
#[cfg(feature = "score")]
use super::Reached;
use stage::Stage;
use survey::Survey;

/// What [`Packer::pack_clip`] made.
#[derive(Clone, Debug)]
pub struct PackedClip {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it costs and how far it is from the source.
    pub report: ClipReport,
}

/// What a packed animation costs and how far it is from its source.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClipReport {
    /// Format of the file.
    pub format: Format,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Number of frames.
    pub frames: u32,
    /// Colours in the palette that frames share, one for what is left as it is included.
    pub colors: usize,
    /// Frames that have a palette of their own.
    pub local_palettes: u32,
    /// Squared error per pixel in 8-bit sRGB, summed over the three channels, the mean over all frames; 0 if no visible
    /// pixel changed.
    pub mean_squared_error: f64,
    /// Partly transparent pixels of all frames that became opaque or fully transparent, since the format knows nothing
    /// between and there was no matte.
    pub hardened: u64,
    /// Pixels of all frames, three bytes each.
    pub raw_rgb_bytes: u64,
    /// Length of the file.
    pub file_bytes: u64,
    /// Mean SSIMULACRA2 of frames evenly apart, two dozen or some more, where there was a target.
    #[cfg(feature = "score")]
    pub score: Option<f64>,
    /// What it took to reach the target, if there was one.
    #[cfg(feature = "score")]
    pub reached: Option<Reached>,
}

impl ClipReport {
    /// Peak signal-to-noise ratio in decibels; infinite if no visible pixel changed.
    #[must_use]
    pub fn psnr_db(&self) -> f64 {
        measure::psnr_db(self.mean_squared_error)
    }
}

/// How far [`Packer::pack_clip_with_progress`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClipStep {
    /// So many frames were looked at.
    Surveyed {
        /// Frames so far.
        frames: u32,
    },
    /// So many frames were packed.
    Packed {
        /// Frames so far.
        frames: u32,
        /// Frames in all.
        of: u32,
        /// Bytes so far.
        bytes: usize,
    },
}

impl Packer {
    /// Packs an animation: one palette for all frames, and another for those that gain by it; of each frame the part that
    /// changes, and in it only the pixels that do.
    ///
    /// A [`target`](Self::target) is sought over lambda, a score as the mean of frames evenly apart. The
    /// [`guard`](Self::guard) is not for animations.
    ///
    /// # Errors
    /// Those of [`pack`](Self::pack), and those of the clip; [`Error::EmptyImage`] for one without frames.
    ///
    /// ```
    /// use huepack::{Clip, Delay, Format, ImageRef, Loops, Packer, Result};
    ///
    /// /// A white dot on its way over black.
    /// struct Dot;
    /// impl Clip for Dot {
    ///     fn size(&self) -> (u32, u32) { (16, 1) }
    ///     fn loops(&self) -> Loops { Loops::Forever }
    ///     fn play(&mut self, show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>) -> Result<()> {
    ///         (0..16).try_for_each(|at| {
    ///             let mut pixels = [[0, 0, 0, 255]; 16];
    ///             pixels[at] = [255; 4];
    ///             show(ImageRef::new(16, 1, &pixels)?, Delay::new(1, 25))
    ///         })
    ///     }
    /// }
    /// let packed = Packer::new().format(Format::Gif).pack_clip(&mut Dot)?;
    /// assert_eq!((packed.report.frames, packed.report.mean_squared_error), (16, 0.0));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    pub fn pack_clip(&self, clip: &mut dyn Clip) -> Result<PackedClip> {
        self.pack_clip_with_progress(clip, &mut |_| {})
    }

    /// The same, telling after every frame how far it is.
    ///
    /// # Errors
    /// Those of [`pack_clip`](Self::pack_clip).
    pub fn pack_clip_with_progress(
        &self,
        clip: &mut dyn Clip,
        tell: &mut dyn FnMut(ClipStep),
    ) -> Result<PackedClip> {
        par::start();
        let (width, height) = clip.size();
        memory::check(self.clip_memory().bytes(u64::from(width) * u64::from(height)))?;
        let mut survey = Survey::new(self, width, height)?;
        clip.play(&mut |image, _| {
            survey.frame(image)?;
            tell(ClipStep::Surveyed { frames: survey.frames() });
            Ok(())
        })?;
        if survey.frames() == 0 {
            return Err(Error::EmptyImage { width, height });
        }
        #[cfg(feature = "score")]
        if let Some(target) = self.target {
            return self.pack_clip_to(target, &survey, clip, tell);
        }
        self.pack_surveyed(&survey, survey.palette(self)?, clip, tell)
    }

    /// Packs a clip whose colours are known, with a palette for them.
    fn pack_surveyed(
        &self,
        survey: &Survey<'_>,
        palette: Palette,
        clip: &mut dyn Clip,
        tell: &mut dyn FnMut(ClipStep),
    ) -> Result<PackedClip> {
        let frames = survey.frames();
        let mut stage = Stage::new(self, clip.loops(), survey, palette)?;
        clip.play(&mut |image, delay| {
            stage.frame(image, delay)?;
            tell(ClipStep::Packed { frames: stage.frames(), of: frames, bytes: stage.length() });
            Ok(())
        })?;
        stage.finish()
    }

    /// How frames are mapped, with or without losses.
    fn clip_map(&self, lambda: f32) -> MapOptions {
        self.map_options(&self.as_written(&self.kept)).lambda(lambda)
    }

    /// What a bit is worth.
    fn clip_lambda(&self) -> f32 {
        self.lambda.unwrap_or(self.usual_lambda())
    }

    /// About the most memory that [`pack_clip`](Self::pack_clip) takes beside the file and what plays the clip.
    #[must_use]
    pub fn clip_memory(&self) -> Memory {
        // Five canvases, pieces of three of them, what mapping a frame takes, the frame in each way that it is packed, and the
        // frames to come with how long pixels stay. A clip of 2 megapixels took 107 in all.
        let Memory { base, per_pixel, per_counted_pixel } = self.memory();
        let to_come = 4 * ahead::FRAMES as u64 + 1;
        Memory { base, per_pixel: per_pixel + 60 + to_come, per_counted_pixel }
    }
}
