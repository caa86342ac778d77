//! Pictures in memory: sRGB bytes with straight alpha.

use std::fmt;

use crate::error::{Error, Result};

/// One pixel: red, green, blue and straight (not premultiplied) alpha, sRGB, 8 bits each.
pub type Rgba8 = [u8; 4];

/// What can be seen of a pixel: fully transparent ones are all the same.
pub(crate) fn visible(pixel: Rgba8) -> Rgba8 {
    if pixel[3] == 0 { [0; 4] } else { pixel }
}

/// Whether what can be seen of a pixel is a grey.
pub(crate) fn is_grey(&[r, g, b, a]: &Rgba8) -> bool {
    a == 0 || r == g && g == b
}

/// A colour as CSS writes it, with alpha only where there is some.
pub(crate) struct Hex(pub(crate) Rgba8);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([r, g, b, a]) = self;
        write!(f, "#{r:02x}{g:02x}{b:02x}")?;
        if *a == 255 { Ok(()) } else { write!(f, "{a:02x}") }
    }
}

/// A picture that owns its pixels, rows from the top, no padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    pixels: Vec<Rgba8>,
}

impl Image {
    /// Takes `width * height` pixels, rows from the top.
    ///
    /// # Errors
    /// [`Error::EmptyImage`] for a side of zero, [`Error::BufferLength`] when the number of pixels is off.
    ///
    /// ```
    /// let image = huepack::Image::new(2, 1, vec![[255, 0, 0, 255], [0, 0, 0, 0]])?;
    /// assert_eq!((image.width(), image.height()), (2, 1));
    /// assert!(huepack::Image::new(2, 2, vec![[0; 4]]).is_err());
    /// # Ok::<(), huepack::Error>(())
    /// ```
    pub fn new(width: u32, height: u32, pixels: Vec<Rgba8>) -> Result<Self> {
        ImageRef::new(width, height, &pixels)?;
        Ok(Self { width, height, pixels })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels, rows from the top.
    #[must_use]
    pub fn pixels(&self) -> &[Rgba8] {
        &self.pixels
    }

    /// The pixels, to change in place.
    pub fn pixels_mut(&mut self) -> &mut [Rgba8] {
        &mut self.pixels
    }

    /// A view of the whole picture.
    #[must_use]
    pub fn view(&self) -> ImageRef<'_> {
        ImageRef { width: self.width, height: self.height, pixels: &self.pixels }
    }
}

/// A borrowed picture: what every stage reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageRef<'a> {
    width: u32,
    height: u32,
    pixels: &'a [Rgba8],
}

impl<'a> ImageRef<'a> {
    /// Looks at `width * height` pixels, rows from the top.
    ///
    /// # Errors
    /// [`Error::EmptyImage`] for a side of zero, [`Error::BufferLength`] when the number of pixels is off.
    pub fn new(width: u32, height: u32, pixels: &'a [Rgba8]) -> Result<Self> {
        check_length(width, height, 1, pixels.len())?;
        Ok(Self { width, height, pixels })
    }

    /// Looks at `4 * width * height` bytes, red, green, blue, alpha, without copying.
    ///
    /// # Errors
    /// [`Error::EmptyImage`] for a side of zero, [`Error::BufferLength`] when the number of bytes is off.
    ///
    /// ```
    /// let bytes = [255, 0, 0, 255, 0, 0, 255, 255];
    /// let image = huepack::ImageRef::from_rgba8(2, 1, &bytes)?;
    /// assert_eq!(image.pixels()[1], [0, 0, 255, 255]);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    pub fn from_rgba8(width: u32, height: u32, bytes: &'a [u8]) -> Result<Self> {
        check_length(width, height, 4, bytes.len())?;
        Ok(Self { width, height, pixels: bytes.as_chunks().0 })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub fn width(self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub fn height(self) -> u32 {
        self.height
    }

    /// The pixels, rows from the top.
    #[must_use]
    pub fn pixels(self) -> &'a [Rgba8] {
        self.pixels
    }

    /// The rows from the top, each `width` pixels.
    pub fn rows(self) -> std::slice::ChunksExact<'a, Rgba8> {
        self.pixels.chunks_exact(self.width as usize)
    }
}

/// Checks that `got` items are what a picture with `per_pixel` items a pixel needs.
pub(crate) fn check_length(width: u32, height: u32, per_pixel: u64, got: usize) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(Error::EmptyImage { width, height });
    }
    let wanted = (u64::from(width) * u64::from(height)).saturating_mul(per_pixel);
    if wanted != got as u64 {
        return Err(Error::BufferLength { width, height, wanted, got: got as u64 });
    }
    Ok(())
}
