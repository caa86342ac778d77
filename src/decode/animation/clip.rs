//! A file as a clip, which is played from the start as often as wanted.

use super::super::Options;
use crate::animation::{Clip, Delay, Loops};
use crate::error::Result;
use crate::image::ImageRef;

/// The frames of a GIF, an APNG or a WebP, decoded anew each time that they are played.
///
/// ```
/// use huepack::{Format, Packer, decode::Options};
///
/// // One pixel that is first red and then, for half a second, blue.
/// let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0\
///     !\xf9\x04\0\x32\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02L\x01\0;";
/// let packed = Packer::new().format(Format::Png).pack_clip(&mut Options::new().clip(gif)?)?;
/// assert!(huepack::decode::is_animated(&packed.bytes));
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileClip<'a> {
    options: Options,
    bytes: &'a [u8],
    size: (u32, u32),
    loops: Loops,
}

impl Options {
    /// Looks at the frames of a GIF, an APNG or a WebP, which are decoded when they are played.
    ///
    /// # Errors
    /// Those of [`frames`](Self::frames).
    pub fn clip<'a>(&self, bytes: &'a [u8]) -> Result<FileClip<'a>> {
        let frames = self.frames(bytes)?;
        let (size, loops) = ((frames.width(), frames.height()), frames.loops());
        Ok(FileClip { options: self.clone(), bytes, size, loops })
    }
}

impl Clip for FileClip<'_> {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn loops(&self) -> Loops {
        self.loops
    }

    fn play(&mut self, show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>) -> Result<()> {
        let mut frames = self.options.frames(self.bytes)?;
        while let Some(shown) = frames.next_frame()? {
            show(shown.canvas, shown.delay)?;
        }
        Ok(())
    }
}
