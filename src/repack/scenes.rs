//! How an animation could be stored as well: which part of each frame, and what becomes of it afterwards.
//!
//! What is seen is all that counts. From one frame to the next, the canvas may be left alone, cleared where the frame
//! stood, or put back; of these the one is taken after which the next frame has the fewest pixels to draw, and that frame
//! is cut to them.

use std::ops::Range;

use super::colors::{MOST_COLORS, Numbers};
use crate::animation::{Disposal, Frame};
use crate::decode;
use crate::error::Result;
use crate::image::Rgba8;
use crate::indexed::Indexed;
use crate::memory;
use crate::place::Place;

/// A frame as it may be stored.
pub(super) struct Scene<'a> {
    /// Width of the canvas.
    pub(super) width: usize,
    /// Before the frame is drawn.
    pub(super) before: &'a [Rgba8],
    /// What is seen with it.
    pub(super) shown: &'a [Rgba8],
    /// The frame as it was.
    pub(super) stored: &'a Frame<Indexed>,
    /// What is to be drawn.
    pub(super) place: Place,
    pub(super) disposal: Disposal,
    /// Of the frame before.
    pub(super) disposal_before: Disposal,
}

/// Canvases, and the frame that waits for the next one: its disposal depends on that.
struct Stage {
    width: usize,
    number: usize,
    /// How the frame before the one that waits is disposed of.
    disposal: Disposal,
    before: Vec<Rgba8>,
    shown: Vec<Rgba8>,
}

struct Waiting {
    stored: Frame<Indexed>,
    /// Where it stood.
    place: Place,
    /// What it has to draw.
    changed: Place,
}

/// A way to go on.
struct Way {
    disposal: Disposal,
    /// The part of the frame that is disposed of, and so has to be drawn.
    place: Place,
    /// Where the next frame may have something to draw.
    area: Place,
    /// What it has to draw, if anything.
    changed: Option<Place>,
    pixels: usize,
}

/// That of a frame with pixels.
pub(super) fn place_of(stored: &Frame<Indexed>) -> Option<Place> {
    let (left, top) = (stored.left as usize, stored.top as usize);
    let right = left + stored.picture.width() as usize;
    let bottom = top + stored.picture.height() as usize;
    (right > left && bottom > top).then_some(Place { left, top, right, bottom })
}

/// Calls `each` with every frame. `false` if there is a frame that can only be stored as it was.
pub(super) fn play(
    bytes: &[u8],
    options: &decode::Options,
    mut each: impl FnMut(&Scene<'_>) -> Result<bool>,
) -> Result<bool> {
    let mut frames = options.frames(bytes)?;
    let (width, height) = (frames.width() as usize, frames.height() as usize);
    let pixels = (width * height) as u64;
    let mut stage = Stage {
        width,
        number: 0,
        disposal: Disposal::Keep,
        before: memory::zeroed(pixels)?,
        shown: memory::zeroed(pixels)?,
    };
    let mut waiting: Option<Waiting> = None;
    while let Some(shown) = frames.next_frame()? {
        let Some(stored) = shown.stored else { return Ok(false) };
        // Viewers do not agree on frames that reach beyond the canvas.
        let Some(place) = place_of(&stored).filter(|place| place.right <= width && place.bottom <= height)
        else {
            return Ok(false);
        };
        let next = shown.canvas.pixels();
        let (changed, area) = match waiting.take() {
            // Viewers take the first frame's size for a hint of the whole.
            None => (place, place),
            Some(last) => {
                let Some(way) = stage.choose(&last, next, place) else { return Ok(false) };
                if !each(&stage.scene(&last, way.place, way.disposal))? {
                    return Ok(false);
                }
                stage.dispose(&way);
                (way.changed.unwrap_or(place.dot()), way.area)
            }
        };
        for row in area.rows(width) {
            stage.shown[row.clone()].copy_from_slice(&next[row]);
        }
        stage.number += 1;
        waiting = Some(Waiting { stored, place, changed });
    }
    let Some(last) = waiting else { return Ok(false) };
    each(&stage.scene(&last, last.changed, last.stored.disposal))
}

impl Stage {
    fn scene<'a>(&'a self, waiting: &'a Waiting, place: Place, disposal: Disposal) -> Scene<'a> {
        let Self { width, before, shown, disposal: disposal_before, .. } = self;
        let (width, disposal_before) = (*width, *disposal_before);
        Scene { width, before, shown, stored: &waiting.stored, place, disposal, disposal_before }
    }

    /// The way that leaves the next frame the fewest pixels to draw, if there is one at all.
    fn choose(&self, last: &Waiting, next: &[Rgba8], place: Place) -> Option<Way> {
        let old = last.stored.disposal;
        let area = if old == Disposal::Keep { place } else { place.with(last.place) };
        let kept = Way::new(Disposal::Keep, last.changed, area);
        let gone = self.extent(&kept, next, |at| self.shown[at][3] > 0 && next[at][3] == 0);
        let mut ways = vec![kept];
        // Some viewers clear to the background colour, so only what has to be is cleared, or was.
        if gone.is_some() || old == Disposal::Clear || self.number == 1 && old == Disposal::Restore {
            let cleared = gone.map_or(last.changed, |gone| last.changed.with(gone));
            ways.push(Way::new(Disposal::Clear, cleared, area.with(cleared)));
        }
        // Nor do they agree on what to put back before there was anything.
        if self.number > 1 {
            ways.push(Way::new(Disposal::Restore, last.changed, area.with(last.changed)));
        }
        ways.retain_mut(|way| self.measure(way, next));
        ways.sort_by_key(|way| way.pixels);
        ways.into_iter().find(|way| self.has_palette(way, next))
    }

    /// What the next frame has to draw; `false` if it would have to draw something transparent.
    fn measure(&self, way: &mut Way, next: &[Rgba8]) -> bool {
        let (mut is_possible, mut pixels) = (true, 0);
        way.changed = self.extent(way, next, |at| {
            let is_new = self.after(way, at) != next[at];
            is_possible &= !is_new || next[at][3] > 0;
            pixels += usize::from(is_new);
            is_new
        });
        way.pixels = pixels;
        is_possible
    }

    /// Whether the next frame has few enough colours.
    fn has_palette(&self, way: &Way, next: &[Rgba8]) -> bool {
        let Some(place) = way.changed else { return true };
        let (mut drawn, mut others) = (Numbers::new(MOST_COLORS), place.width() * place.height());
        let rows = place.rows(self.width).filter(|row| !self.is_same(way, row.clone(), next));
        for at in rows.flatten().filter(|&at| self.after(way, at) != next[at]) {
            others -= 1;
            drawn.of(next[at]);
            if drawn.colors().len() > MOST_COLORS {
                return false;
            }
        }
        // Then all the others have to be among them.
        let is_among = |at: usize| drawn.get(next[at]).is_some();
        drawn.colors().len() < MOST_COLORS || others == 0 || place.pixels(self.width).all(is_among)
    }

    /// A pixel before the next frame is drawn.
    fn after(&self, way: &Way, at: usize) -> Rgba8 {
        match way.disposal {
            Disposal::Keep => self.shown[at],
            Disposal::Clear if way.place.holds(at % self.width, at / self.width) => [0; 4],
            Disposal::Clear => self.shown[at],
            Disposal::Restore => self.before[at],
        }
    }

    /// Whether a piece of a row is known to have nothing to draw, at one look: most of most recordings has not.
    fn is_same(&self, way: &Way, row: Range<usize>, next: &[Rgba8]) -> bool {
        match way.disposal {
            Disposal::Keep => self.shown[row.clone()] == next[row],
            Disposal::Clear => false,
            Disposal::Restore => self.before[row.clone()] == next[row],
        }
    }

    /// The smallest rectangle around all pixels that are so, of those where the next frame may have something to draw.
    fn extent(&self, way: &Way, next: &[Rgba8], mut is_so: impl FnMut(usize) -> bool) -> Option<Place> {
        let mut extent: Option<Place> = None;
        for row in way.area.rows(self.width).filter(|row| !self.is_same(way, row.clone(), next)) {
            for at in row.filter(|&at| is_so(at)) {
                let (x, y) = (at % self.width, at / self.width);
                let dot = Place { left: x, top: y, right: x + 1, bottom: y + 1 };
                extent = Some(extent.map_or(dot, |extent| extent.with(dot)));
            }
        }
        extent
    }

    fn dispose(&mut self, way: &Way) {
        self.disposal = way.disposal;
        for row in way.place.rows(self.width) {
            match way.disposal {
                Disposal::Keep => self.before[row.clone()].copy_from_slice(&self.shown[row]),
                Disposal::Clear => self.before[row].fill([0; 4]),
                Disposal::Restore => {}
            }
        }
    }
}

impl Way {
    fn new(disposal: Disposal, place: Place, area: Place) -> Self {
        Self { disposal, place, area, changed: None, pixels: 0 }
    }
}
