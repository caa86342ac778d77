//! A setting of a peer, whichever format it is for.

use super::pngquant::Names;
use super::point::{Maker, Point};
use super::source::Source;
use super::{gifsicle, pngquant};
use crate::Result;
use crate::commands::hull::likeness::Reference;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Peer {
    Png(pngquant::Setting),
    Gif(gifsicle::Setting),
}

impl Peer {
    /// Whether it is on the curve of those who turn one knob.
    pub(super) fn is_plain(self) -> bool {
        match self {
            Self::Png(setting) => setting.is_plain(),
            Self::Gif(setting) => setting.is_plain(),
        }
    }

    /// Whether it is what somebody gets who chooses nothing.
    pub(super) fn is_default(self) -> bool {
        match self {
            Self::Png(setting) => setting.is_default(),
            Self::Gif(setting) => setting.is_default(),
        }
    }

    pub(super) fn maker(self, names: &Names) -> Maker {
        match self {
            Self::Png(setting) => setting.maker(names),
            Self::Gif(setting) => setting.maker(),
        }
    }

    pub(super) fn point(self, names: &Names, source: &Source, reference: &Reference<'_>) -> Result<Point> {
        let maker = self.maker(names);
        match self {
            Self::Png(setting) => Point::of_finished(maker, &setting.pack(source)?, reference),
            Self::Gif(setting) => Point::of(maker, &setting.pack(source)?, reference),
        }
    }
}
