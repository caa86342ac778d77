//! The peers: one file each. Every one gets the picture in the form it wants before the clock starts.

mod color_quant;
mod exoquant;
mod huepack;
mod imagequant;
mod kmeans_colors;
mod quantette;
mod quantizr;
mod scikit_learn;

pub(crate) use self::scikit_learn::Python;

use ::huepack::{Format, Indexed, Palette};

use crate::Result;
use crate::picture::Picture;

/// Somebody who makes indexed pictures.
pub(crate) trait Peer {
    /// Crate and variant, as in the tables.
    fn name(&self) -> &str;

    /// Whether [`Dithering::Default`] differs from none.
    fn dithers(&self) -> bool {
        true
    }

    /// Fits a palette of at most `colors` and maps the picture to it.
    fn run(&self, colors: usize, dithering: Dithering) -> Result<Run>;

    /// The file that the peer itself would write, where that is its business.
    fn pack(&self, _colors: usize, _dithering: Dithering, _format: Format) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dithering {
    /// What the peer does unless told otherwise.
    Default,
    None,
}

impl Dithering {
    pub(crate) const ALL: [Self; 2] = [Self::Default, Self::None];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::None => "none",
        }
    }
}

/// What one run made and what it cost.
pub(crate) struct Run {
    pub(crate) indexed: Indexed,
    /// CPU time until the palette is known.
    pub(crate) fit_ms: f64,
    /// CPU time from there until every pixel has its index; 0 where fitting already gives that.
    pub(crate) map_ms: f64,
}

/// The names of the peers and programs that times are stated in ratio to.
pub(crate) const IMAGEQUANT_DEFAULT: &str = "imagequant s4";
pub(crate) const PNGQUANT_DEFAULT: &str = "pngquant stand-in s4";
pub(crate) const KMEANS_COLORS_RGB: &str = "kmeans_colors RGB";

/// Everybody, huepack first; scikit-learn only with a Python that has it.
pub(crate) fn all<'a>(picture: &'a Picture, python: Option<&Python>) -> Vec<Box<dyn Peer + 'a>> {
    let mut peers: Vec<Box<dyn Peer + '_>> = Vec::new();
    peers.extend(huepack::all(picture).map(boxed));
    peers.extend(quantette::all(picture).map(boxed));
    peers.extend(imagequant::all(picture).map(boxed));
    peers.push(boxed(quantizr::Quantizr::new(picture)));
    peers.extend(kmeans_colors::all(picture).map(boxed));
    peers.extend(color_quant::all(picture).map(boxed));
    peers.push(boxed(exoquant::Exoquant::new(picture)));
    peers.extend(scikit_learn::all(picture, python).into_iter().map(boxed));
    peers
}

fn boxed<'a>(peer: impl Peer + 'a) -> Box<dyn Peer + 'a> {
    Box::new(peer)
}

/// An opaque indexed picture.
fn indexed(picture: &Picture, palette: impl Iterator<Item = [u8; 3]>, indices: Vec<u8>) -> Result<Indexed> {
    let palette = Palette::new(palette.map(|[r, g, b]| [r, g, b, 255]).collect())?;
    Ok(Indexed::new(picture.width, picture.height, palette, indices)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_returns_a_picture_of_the_right_size_and_palette() {
        let pixels =
            (0..64 * 64_u32).map(|i| [(i % 64) as u8 * 4, (i / 64) as u8 * 4, (i % 7) as u8 * 30, 255]);
        let picture = Picture { name: "test".into(), width: 64, height: 64, pixels: pixels.collect() };
        // Without scikit-learn where nobody says which Python has it.
        let python = std::env::var_os("HUEPACK_BENCH_PYTHON").and_then(|path| Python::at(path.as_ref()));
        for peer in all(&picture, python.as_ref()) {
            for dithering in Dithering::ALL {
                let run = peer.run(64, dithering).unwrap();
                assert_eq!(run.indexed.indices().len(), picture.pixels.len(), "{}", peer.name());
                assert!(run.indexed.palette().len() <= 64, "{}", peer.name());
            }
        }
    }
}
