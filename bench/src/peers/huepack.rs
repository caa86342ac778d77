//! huepack, in every space and with every effort.

use ::huepack::{ColorSpace, Dither, Effort, FitOptions, Format, MapOptions, Packer, Weighting};

use super::{Dithering, Peer, Run};
use crate::Result;
use crate::clock::Stopwatch;
use crate::picture::Picture;

pub(super) struct Huepack<'a> {
    name: String,
    space: ColorSpace,
    weighting: Weighting,
    effort: Effort,
    picture: &'a Picture,
}

/// What palettes are made for: the eye, as the program does it unless told otherwise, or the least error in a space.
fn goals() -> impl Iterator<Item = (String, ColorSpace, Weighting)> {
    let perceptual = ("perceptual".into(), ColorSpace::Perceptual, Weighting::Visibility);
    let spaces = ColorSpace::ALL.into_iter().filter(|&space| space != ColorSpace::Perceptual);
    let spaces = spaces.map(|space| (space_name(space), space, Weighting::Equal));
    std::iter::once(perceptual).chain(spaces)
}

pub(super) fn all(picture: &Picture) -> impl Iterator<Item = Huepack<'_>> {
    goals().flat_map(move |(goal, space, weighting)| {
        Effort::ALL.into_iter().map(move |effort| {
            let name = format!("huepack {goal} {}", effort_name(effort));
            Huepack { name, space, weighting, effort, picture }
        })
    })
}

impl Peer for Huepack<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, colors: usize, dithering: Dithering) -> Result<Run> {
        let image = self.picture.view();
        let mut clock = Stopwatch::start();
        let fit = FitOptions::new(colors)
            .space(self.space)
            .damping(self.weighting.damping(colors, dither(dithering)))
            .effort(self.effort);
        let palette = fit.fit(&match self.weighting {
            Weighting::Visibility => fit.count_visible(image),
            Weighting::Equal => fit.count(image),
        })?;
        let fit_ms = clock.lap_ms();
        let indexed = MapOptions::new().space(self.space).dither(dither(dithering)).map(image, &palette);
        let map_ms = clock.lap_ms();
        Ok(Run { indexed, fit_ms, map_ms })
    }

    fn pack(&self, colors: usize, dithering: Dithering, format: Format) -> Result<Option<Vec<u8>>> {
        let packer = Packer::new()
            .colors(colors)
            .space(self.space)
            .weighting(self.weighting)
            .effort(self.effort)
            .format(format);
        // Palettes are compared, and how they are used; GIF has no pngquant beside it that would trade bytes for error.
        let packer = if format == Format::Gif { packer.lambda(0.0) } else { packer };
        Ok(Some(packer.dither(dither(dithering)).pack(self.picture.view())?.bytes))
    }
}

fn dither(dithering: Dithering) -> Dither {
    match dithering {
        Dithering::Default => Dither::default(),
        Dithering::None => Dither::None,
    }
}

fn space_name(space: ColorSpace) -> String {
    match space {
        ColorSpace::Srgb => "sRGB".into(),
        ColorSpace::LinearRgb => "linear".into(),
        other => format!("{other:?}"),
    }
}

fn effort_name(effort: Effort) -> String {
    format!("{effort:?}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts_fit_the_palettes_that_the_packer_fits() {
        let byte = |i: u32, factor: u32| (i.wrapping_mul(factor) >> 13) as u8;
        let pixels = (0..10_000_u32).map(|i| [byte(i, 77_777), byte(i, 123_457), byte(i * i, 99_991), 255]);
        let picture = Picture { name: "test".into(), width: 100, height: 100, pixels: pixels.collect() };
        for peer in all(&picture) {
            let ours = peer.run(24, Dithering::None).unwrap().indexed;
            let file = peer.pack(24, Dithering::None, Format::Gif).unwrap().unwrap();
            let theirs = ::huepack::read_back(&file).unwrap();
            assert!(ours.pixels().eq(theirs.pixels()), "{}", peer.name);
        }
    }
}
