//! Pictures side by side, each with its title above.

use huepack::{Image, ImageRef, Result, Rgba8};

use super::canvas::{Canvas, Lettering};

/// Around everything, and between panels, in pixels.
pub(super) const MARGIN: u32 = 24;
/// Between a title and its picture.
const TITLE_GAP: u32 = 10;
pub(super) const PAPER: Rgba8 = [250, 250, 248, 255];
pub(super) const INK: Rgba8 = [34, 34, 38, 255];
/// One pixel around each picture, so that a white one is seen to end.
const FRAME: Rgba8 = [208, 208, 204, 255];

/// A panel's longer side: smaller pictures are magnified by a whole number, larger ones reduced by one. Three
/// of the largest make a picture that viewers still open at once.
const SMALL: u32 = 240;
const LARGE: u32 = 1600;

/// Wider than this many times their height, panels stand one above the other.
const STACK_ASPECT: u32 = 3;

/// One picture with its title. All panels have pictures of the same size.
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) image: Image,
}

/// Draws all panels, opaque on light paper.
///
/// # Errors
/// None, as long as there is a panel.
pub(super) fn draw(panels: &[Panel]) -> Result<Image> {
    let images: Vec<Image> = panels.iter().map(|panel| resized(panel.image.view())).collect::<Result<_>>()?;
    let (width, height) = images.first().map_or((1, 1), |image| (image.width(), image.height()));
    let (lettering, titles) = typeset(panels, width);
    let lines = titles.iter().map(Vec::len).max().unwrap_or(0) as u32;
    let title_width = titles.iter().flatten().map(|line| lettering.width(line)).max().unwrap_or(0);

    let cell = (width.max(title_width), lines * lettering.height() + TITLE_GAP + height);
    let count = panels.len() as u32;
    let (across, down) = if width > STACK_ASPECT * height { (1, count) } else { (count, 1) };
    let spread = |count, side| count * (side + MARGIN) + MARGIN;
    let mut canvas = Canvas::new(spread(across, cell.0), spread(down, cell.1), PAPER);
    for ((number, image), title) in (0..).zip(&images).zip(&titles) {
        let left = MARGIN + number % across * (cell.0 + MARGIN);
        let mut top = MARGIN + number / across * (cell.1 + MARGIN);
        for line in title {
            canvas.write(left + (cell.0 - lettering.width(line)) / 2, top, line, lettering, INK);
            top += lettering.height();
        }
        let (x, y) = (left + (cell.0 - width) / 2, top + TITLE_GAP);
        canvas.fill(x - 1, y - 1, width + 2, height + 2, FRAME);
        canvas.draw(x, y, image.view());
    }
    canvas.finish()
}

/// The lines of each title, and the largest lettering that fits: on one line if at all possible, else broken
/// before the bracket, else in the smallest and wider than the picture.
fn typeset(panels: &[Panel], width: u32) -> (Lettering, Vec<Vec<&str>>) {
    let whole: Vec<Vec<&str>> = panels.iter().map(|panel| vec![panel.title.as_str()]).collect();
    let broken: Vec<Vec<&str>> = panels
        .iter()
        .map(|panel| match panel.title.find(" (") {
            Some(at) => vec![&panel.title[..at], &panel.title[at + 1..]],
            None => vec![panel.title.as_str()],
        })
        .collect();
    for titles in [whole, broken.clone()] {
        if let Some(lettering) = Lettering::within(width, &titles) {
            return (lettering, titles);
        }
    }
    (Lettering::SMALLEST, broken)
}

/// The picture as a panel shows it.
fn resized(image: ImageRef<'_>) -> Result<Image> {
    let longest = image.width().max(image.height());
    match longest {
        0..=SMALL => magnified(image, SMALL / longest),
        _ if longest > LARGE => reduced(image, longest.div_ceil(LARGE)),
        _ => Image::new(image.width(), image.height(), image.pixels().to_vec()),
    }
}

/// Each pixel as a square of `factor`: nothing is made up between them.
pub(super) fn magnified(image: ImageRef<'_>, factor: u32) -> Result<Image> {
    let times = factor as usize;
    let mut pixels = Vec::with_capacity(image.pixels().len() * times * times);
    for row in image.rows() {
        let wide: Vec<Rgba8> = row.iter().flat_map(|&pixel| std::iter::repeat_n(pixel, times)).collect();
        (0..factor).for_each(|_| pixels.extend_from_slice(&wide));
    }
    Image::new(image.width() * factor, image.height() * factor, pixels)
}

/// The mean of each square of `factor`, in encoded sRGB as viewers do it.
pub(super) fn reduced(image: ImageRef<'_>, factor: u32) -> Result<Image> {
    let times = factor as usize;
    let (width, height) = (image.width().div_ceil(factor), image.height().div_ceil(factor));
    let rows: Vec<&[Rgba8]> = image.rows().collect();
    let pixels = rows
        .chunks(times)
        .flat_map(|rows| {
            (0..width as usize).map(move |x| {
                let end = ((x + 1) * times).min(rows[0].len());
                mean(rows.iter().flat_map(|row| &row[x * times..end]))
            })
        })
        .collect();
    Image::new(width, height, pixels)
}

/// The mean colour, weighted by alpha, and the mean alpha.
fn mean<'a>(pixels: impl Iterator<Item = &'a Rgba8>) -> Rgba8 {
    let (mut sums, mut alphas, mut count) = ([0_u64; 3], 0_u64, 0_u64);
    for &[r, g, b, a] in pixels {
        let alpha = u64::from(a);
        for (sum, channel) in sums.iter_mut().zip([r, g, b]) {
            *sum += u64::from(channel) * alpha;
        }
        alphas += alpha;
        count += 1;
    }
    let rounded = |sum: u64, by: u64| ((sum + by / 2) / by.max(1)) as u8;
    let [r, g, b] = sums.map(|sum| rounded(sum, alphas));
    [r, g, b, rounded(alphas, count)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(width: u32, height: u32) -> Image {
        let pixels = (0..width * height).map(|i| [i as u8, (i >> 8) as u8, 90, 255]).collect();
        let image = Image::new(width, height, pixels).unwrap();
        let titles = ["Original image (96,615 colours)", "Quantized image (64 colours, k-means)", "Short"];
        draw(&titles.map(|title| Panel { title: title.to_owned(), image: image.clone() })).unwrap()
    }

    #[test]
    fn every_shape_of_picture_finds_its_place() {
        for (width, height) in [(1, 1), (40, 30), (1, 5000), (5000, 1), (300, 200), (640, 427), (1601, 900)] {
            let image = three(width, height);
            assert!(image.pixels().iter().all(|pixel| pixel[3] == 255));
            assert!(image.pixels().contains(&INK), "{width}x{height} has a title");
            assert!(image.width() <= 3 * (LARGE + MARGIN) + MARGIN, "{width}x{height}");
        }
    }

    #[test]
    fn panels_stand_side_by_side_with_margins_and_stack_when_they_are_very_wide() {
        let beside = three(640, 427);
        assert_eq!(beside.width(), 4 * MARGIN + 3 * 640);
        let stacked = three(640, 100);
        assert_eq!(stacked.width(), 2 * MARGIN + 640);
        assert!(stacked.height() > 3 * 100);
    }

    #[test]
    fn pictures_between_the_limits_are_drawn_pixel_for_pixel() {
        let drawn = three(640, 427);
        let top = drawn.height() - MARGIN - 427;
        let row = &drawn.pixels()[top as usize * drawn.width() as usize..];
        assert_eq!(row[MARGIN as usize..][..3], [[0, 0, 90, 255], [1, 0, 90, 255], [2, 0, 90, 255]]);
    }

    #[test]
    fn reducing_takes_the_mean_of_what_is_visible() {
        let pixels = [[10, 20, 30, 255], [20, 40, 50, 255], [0, 0, 0, 0], [99, 99, 99, 0], [7, 7, 7, 255]];
        let image = ImageRef::new(5, 1, &pixels).unwrap();
        let reduced = reduced(image, 2).unwrap();
        assert_eq!(reduced.pixels(), [[15, 30, 40, 255], [0, 0, 0, 0], [7, 7, 7, 255]]);
    }
}
