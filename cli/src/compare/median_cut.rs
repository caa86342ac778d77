//! Median cut (Heckbert, "Color image quantization for frame buffer display", 1982): boxes of colours are cut
//! in two until there are enough, each cut with half the pixels on either side.

use huepack::Rgba8;

/// Colours with the number of their pixels, in colour order. All fully transparent pixels are one colour.
pub(super) fn counted(pixels: &[Rgba8]) -> Vec<(Rgba8, u64)> {
    let mut sorted: Vec<Rgba8> =
        pixels.iter().map(|&pixel| if pixel[3] == 0 { [0; 4] } else { pixel }).collect();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect()
}

/// At most `count` colours, the means of their boxes. Alpha is a fourth axis, so that soft edges keep theirs.
///
/// Heckbert first rounded colours to 5 bits to save memory; here they are exact, which only helps the method.
pub(super) fn palette(pixels: &[Rgba8], count: usize) -> Vec<Rgba8> {
    let mut boxes = vec![ColorBox::of(counted(pixels))];
    while boxes.len() < count {
        // The box with the most pixels of those that can be cut; the first of equals.
        let fullest = (0..boxes.len())
            .filter(|&i| boxes[i].colors.len() > 1)
            .max_by_key(|&i| (boxes[i].pixels, std::cmp::Reverse(i)));
        let Some(fullest) = fullest else {
            break;
        };
        let (low, high) = boxes.swap_remove(fullest).cut();
        boxes.extend([low, high]);
    }
    boxes.iter().filter(|cut| !cut.colors.is_empty()).map(ColorBox::mean).collect()
}

/// Some colours, and how many pixels have them.
struct ColorBox {
    colors: Vec<(Rgba8, u64)>,
    pixels: u64,
}

impl ColorBox {
    fn of(colors: Vec<(Rgba8, u64)>) -> Self {
        let pixels = colors.iter().map(|&(_, count)| count).sum();
        Self { colors, pixels }
    }

    /// Cuts across the longest axis, at the median pixel; neither half is empty.
    fn cut(mut self) -> (Self, Self) {
        let axis = self.longest_axis();
        self.colors.sort_unstable_by_key(|&(color, _)| (color[axis], color));
        let mut below = 0;
        let median = self.colors.iter().position(|&(_, count)| {
            below += count;
            2 * below >= self.pixels
        });
        let last = self.colors.len() - 1;
        let high = self.colors.split_off((median.unwrap_or(0) + 1).min(last));
        (Self::of(self.colors), Self::of(high))
    }

    fn longest_axis(&self) -> usize {
        let extent = |axis: usize| {
            let values = || self.colors.iter().map(|(color, _)| color[axis]);
            values().max().unwrap_or(0) - values().min().unwrap_or(0)
        };
        (0..4).max_by_key(|&axis| (extent(axis), std::cmp::Reverse(axis))).unwrap_or(0)
    }

    fn mean(&self) -> Rgba8 {
        std::array::from_fn(|axis| {
            let sum: u64 = self.colors.iter().map(|&(color, count)| u64::from(color[axis]) * count).sum();
            ((sum + self.pixels / 2) / self.pixels) as u8
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_cut_across_its_longest_axis_with_half_the_pixels_on_either_side() {
        let red = |r| [r, 7, 7, 255];
        let pixels = [red(0), red(10), red(10), red(90), red(100), red(200)];
        assert_eq!(palette(&pixels, 2), [red(7), red(130)]);
    }

    #[test]
    fn there_are_no_more_boxes_than_colours() {
        let pixels = [[1, 2, 3, 255]; 5];
        assert_eq!(palette(&pixels, 8), [[1, 2, 3, 255]]);
        assert_eq!(palette(&[], 8), [] as [Rgba8; 0]);
        let mut three = palette(&[[9, 0, 0, 255], [0, 9, 0, 255], [0, 0, 9, 255]], 8);
        three.sort_unstable();
        assert_eq!(three, [[0, 0, 9, 255], [0, 9, 0, 255], [9, 0, 0, 255]]);
    }
}
