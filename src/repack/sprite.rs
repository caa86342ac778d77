//! A frame with some freedom: which palette it has, and which of its pixels are transparent.

use super::blocks::{Control, push_codes};
use super::colors::{MOST_COLORS, Numbers, table};
use super::scenes::{Scene, place_of};
use crate::animation::Disposal;
use crate::effort::Lzw;
use crate::encode::gif::lzw;
use crate::error::Result;
use crate::image::Rgba8;
use crate::memory;
use crate::place::Place;

/// What a frame has to draw, and what it may draw.
pub(super) struct Sprite {
    place: Place,
    control: Control,
    disposal: Disposal,
    disposal_before: Disposal,
    /// Colours, those that have to be drawn first.
    colors: Vec<Rgba8>,
    /// How many have to be drawn.
    drawn: usize,
    cells: Vec<Cell>,
}

/// A pixel.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// Of its colour; [`TRANSPARENT`] where it may be nothing else.
    number: u16,
    /// Whether it may be transparent, since its colour stands there already.
    is_free: bool,
    /// Whether it was drawn when the file was read.
    was_drawn: bool,
}

/// Stands for no colour. A frame that draws more than 65,535 is none.
const TRANSPARENT: u16 = u16::MAX;

/// One way of giving colours indices.
struct Coloring {
    /// By the colours' numbers.
    indices: Vec<Option<u8>>,
    transparent: Option<u8>,
    /// Flags and bytes of a table of its own.
    table: (u8, Vec<u8>),
}

impl Coloring {
    /// That of a pixel's colour, if it has one.
    fn index(&self, cell: &Cell) -> Option<u8> {
        self.indices.get(usize::from(cell.number)).copied().flatten()
    }
}

/// Indices, and what they cost beside their codes.
struct Candidate {
    indices: Vec<u8>,
    transparent: Option<u8>,
    head: Vec<u8>,
    /// About the bytes of both.
    length: u64,
}

impl Sprite {
    /// The colours that a scene has to draw, in the order of its pixels; whether one may be transparent as well.
    pub(super) fn drawn(scene: &Scene<'_>) -> Numbers {
        let mut numbers = Numbers::new(MOST_COLORS);
        for at in scene.place.pixels(scene.width) {
            if scene.before[at] != scene.shown[at] {
                numbers.of(scene.shown[at]);
            }
        }
        numbers
    }

    pub(super) fn of(scene: &Scene<'_>, control: Control) -> Result<Self> {
        let mut numbers = Self::drawn(scene);
        let drawn = numbers.colors().len();
        let place = scene.place;
        let mut cells = memory::with_room((place.width() * place.height()) as u64)?;
        let old_place = place_of(scene.stored);
        for at in place.pixels(scene.width) {
            let (x, y, color) = (at % scene.width, at / scene.width, scene.shown[at]);
            let number = if color[3] == 0 { u32::MAX } else { numbers.of(color) };
            let was_drawn = old_place.is_some_and(|place| {
                let picture = &scene.stored.picture;
                place.holds(x, y) && {
                    let index = picture.indices()[(y - place.top) * place.width() + x - place.left];
                    picture.palette().colors()[usize::from(index)][3] > 0
                }
            });
            cells.push(Cell {
                number: u16::try_from(number).unwrap_or(TRANSPARENT),
                is_free: color == scene.before[at],
                was_drawn,
            });
        }
        let Scene { disposal, disposal_before, .. } = *scene;
        let colors = numbers.colors().to_vec();
        Ok(Self { place, control, disposal, disposal_before, colors, drawn, cells })
    }

    /// Pixels.
    pub(super) fn size(&self) -> usize {
        self.cells.len()
    }

    /// The frame with its control; none if it has too many colours.
    pub(super) fn packed(&self, shared: &Numbers, settings: Lzw) -> Option<Vec<u8>> {
        let colorings = [self.own(self.drawn), self.own(self.colors.len()), self.shared(shared)];
        let mut best: Option<Candidate> = None;
        for coloring in colorings.into_iter().flatten() {
            let candidates = match &best {
                None => self.candidates(&coloring),
                Some(best) => self.like(best, &coloring),
            };
            best = best.into_iter().chain(candidates).min_by_key(|candidate| candidate.length);
        }
        let best = best?;
        let mut bytes = best.head;
        push_codes(&mut bytes, &lzw::encode(&best.indices, None, settings));
        Some(bytes)
    }

    /// A palette of the first so many colours.
    fn own(&self, count: usize) -> Option<Coloring> {
        let colors = self.colors.get(..count).filter(|colors| colors.len() <= MOST_COLORS)?;
        let mut indices: Vec<Option<u8>> = (0..count).map(|index| Some(index as u8)).collect();
        indices.resize(self.colors.len(), None);
        let is_needed = self.cells.iter().any(|cell| usize::from(cell.number) >= count);
        let transparent = u8::try_from(count).ok();
        if is_needed && transparent.is_none() {
            return None;
        }
        // Where there is no room for another index without longer codes, a free pixel has its colour.
        let table = table(&[colors, &[[0; 4]][..usize::from(transparent.is_some())]].concat());
        Some(Coloring { indices, transparent, table })
    }

    /// The palette of the whole file.
    fn shared(&self, shared: &Numbers) -> Option<Coloring> {
        let index = |&color: &Rgba8| shared.get(color).map(|number| number as u8);
        let mut indices: Vec<Option<u8>> = self.colors.iter().map(index).collect();
        let mut drawn = indices[..self.drawn].iter().copied().collect::<Option<Vec<u8>>>()?;
        if shared.colors().is_empty() {
            return None;
        }
        drawn.sort_unstable();
        // The first that is not drawn; the table is filled up to a power of two.
        let room = shared.colors().len().next_power_of_two().max(2);
        let gap = (0..=255).zip(&drawn).find(|&(index, &drawn)| index < drawn).map(|(index, _)| index);
        let transparent = gap.or(u8::try_from(drawn.len()).ok()).filter(|&index| usize::from(index) < room);
        // No colour that need not be drawn is to make codes longer.
        let largest = drawn.last().copied().max(transparent).unwrap_or(0);
        let most = (usize::from(largest) + 1).next_power_of_two().max(4);
        for index in &mut indices {
            *index = index.filter(|&index| usize::from(index) < most && Some(index) != transparent);
        }
        Some(Coloring { indices, transparent, table: (0, Vec::new()) })
    }

    /// All ways to make use of the freedom: nothing that need not be drawn, everything, what was drawn before, and
    /// whatever makes the longest phrases.
    fn candidates(&self, coloring: &Coloring) -> Vec<Candidate> {
        let index = |cell: &Cell| coloring.index(cell);
        let least = self.settled(coloring, |cell| if cell.is_free { None } else { index(cell) });
        let most = self.settled(coloring, index);
        if least == most {
            return most.into_iter().map(|indices| self.candidate(indices, coloring)).collect();
        }
        let as_it_was =
            self.settled(coloring, |cell| index(cell).filter(|_| !cell.is_free || cell.was_drawn));
        let either = match (&most, coloring.transparent) {
            (Some(most), Some(transparent)) => {
                let is_free: Vec<bool> = self.cells.iter().map(|cell| cell.is_free).collect();
                Some(lzw::settle(most, &is_free, transparent))
            }
            _ => None,
        };
        let all = [as_it_was, least, most, either];
        all.into_iter().flatten().map(|indices| self.candidate(indices, coloring)).collect()
    }

    /// Another coloring with what is transparent in a candidate, or with as little of that as can be. Where it is transparent
    /// hardly depends on the indices of colours.
    fn like(&self, candidate: &Candidate, coloring: &Coloring) -> Vec<Candidate> {
        let index = |cell: &Cell| coloring.index(cell);
        let mut drawn = candidate.indices.iter().map(|&index| Some(index) != candidate.transparent);
        let alike = self.settled(coloring, |cell| {
            let is_drawn = drawn.next().unwrap_or(true);
            index(cell).filter(|_| is_drawn || !cell.is_free)
        });
        let most = self.settled(coloring, index);
        let most = most.filter(|most| Some(most) != alike.as_ref());
        [alike, most].into_iter().flatten().map(|indices| self.candidate(indices, coloring)).collect()
    }

    /// Indices of all cells; none if one has neither an index nor leave to be transparent.
    fn settled(&self, coloring: &Coloring, mut index: impl FnMut(&Cell) -> Option<u8>) -> Option<Vec<u8>> {
        self.cells.iter().map(|cell| index(cell).or(coloring.transparent)).collect()
    }

    fn candidate(&self, indices: Vec<u8>, coloring: &Coloring) -> Candidate {
        let transparent = coloring.transparent.filter(|transparent| indices.contains(transparent));
        let mut head = self.control.written(self.disposal, self.disposal_before, transparent);
        let Place { left, top, .. } = self.place;
        head.push(b',');
        for number in [left, top, self.place.width(), self.place.height()] {
            head.extend_from_slice(&(number as u16).to_le_bytes());
        }
        head.push(coloring.table.0);
        head.extend_from_slice(&coloring.table.1);
        let length = lzw::estimate(&indices).div_ceil(8) + head.len() as u64;
        Candidate { indices, transparent, head, length }
    }
}
