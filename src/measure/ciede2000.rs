//! CIEDE2000 (CIE 142-2001; formulas as in Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula:
//! implementation notes, supplementary test data, and mathematical observations", 2005).

use super::{mean, over};
use crate::color::ColorSpace;
use crate::image::ImageRef;
use crate::indexed::Indexed;

/// Mean CIEDE2000 between the pixels of `source` and `result`, with CIELAB under D65. Partly transparent pixels
/// count with the mean of their difference over black and over white.
///
/// # Panics
/// If the two differ in size.
///
/// ```
/// use huepack::{ImageRef, Indexed, Palette, measure};
/// let pixels = [[255, 0, 0, 255]];
/// let result = Indexed::new(1, 1, Palette::new(vec![[255, 0, 0, 255]])?, vec![0])?;
/// assert_eq!(measure::mean_ciede2000(ImageRef::new(1, 1, &pixels)?, &result), 0.0);
/// # Ok::<(), huepack::Error>(())
/// ```
#[must_use]
pub fn mean_ciede2000(source: ImageRef<'_>, result: &Indexed) -> f64 {
    let colors = result.palette().colors();
    let on = |pixel, grey| lab(over(pixel, grey));
    let blended: Vec<_> = colors.iter().map(|&color| [on(color, 0), on(color, 255)]).collect();
    mean(source, result, |pixel, index| {
        let [black, white] = blended[usize::from(index)];
        let on_black = ciede2000(on(pixel, 0), black);
        if pixel[3] == 255 && colors[usize::from(index)][3] == 255 {
            on_black
        } else {
            0.5 * (on_black + ciede2000(on(pixel, 255), white))
        }
    })
}

fn lab([r, g, b]: [u8; 3]) -> [f64; 3] {
    let point = ColorSpace::Lab.point([r, g, b, 255]);
    // Points are centred on half of white.
    [f64::from(point[0]) + 50.0, f64::from(point[1]), f64::from(point[2])]
}

/// The difference of two CIELAB colours, all weights 1. Names follow the paper.
pub(super) fn ciede2000([l1, a1, b1]: [f64; 3], [l2, a2, b2]: [f64; 3]) -> f64 {
    let pow7 = |x: f64| x.powi(7);
    let c_mean = f64::midpoint(a1.hypot(b1), a2.hypot(b2));
    let g = 0.5 * (1.0 - (pow7(c_mean) / (pow7(c_mean) + pow7(25.0))).sqrt());
    let (a1, a2) = ((1.0 + g) * a1, (1.0 + g) * a2);
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue =
        |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));

    let grey = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let delta_l = l2 - l1;
    let delta_c = c2 - c1;
    let delta_h = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();

    let h_mean = match h1 + h2 {
        sum if grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h_mean - 30.0) + 0.24 * cos(2.0 * h_mean) + 0.32 * cos(3.0 * h_mean + 6.0)
        - 0.20 * cos(4.0 * h_mean - 63.0);
    let l_mean = (f64::midpoint(l1, l2) - 50.0).powi(2);
    let c_mean = f64::midpoint(c1, c2);
    let s_l = 1.0 + 0.015 * l_mean / (20.0 + l_mean).sqrt();
    let s_c = 1.0 + 0.045 * c_mean;
    let s_h = 1.0 + 0.015 * c_mean * t;
    let r_c = 2.0 * (pow7(c_mean) / (pow7(c_mean) + pow7(25.0))).sqrt();
    let theta = 30.0 * (-((h_mean - 275.0) / 25.0).powi(2)).exp();
    let r_t = -(2.0 * theta).to_radians().sin() * r_c;
    let (l, c, h) = (delta_l / s_l, delta_c / s_c, delta_h / s_h);
    (l * l + c * c + h * h + r_t * c * h).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_test_data_is_met() {
        // Rows 1, 4, 7, 9, 13, 17, 20, 24, 25, 30 and 34 of table 1 of the paper.
        for (x, y, wanted) in [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
            ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
            ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0009], 7.1792),
            ([50.0, -0.0010, 2.4900], [50.0, 0.0009, -2.4900], 4.8045),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
            ([50.0, 2.5, 0.0], [50.0, 3.2592, 0.3350], 1.0000),
            ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
            ([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
            ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
        ] {
            assert!((ciede2000(x, y) - wanted).abs() < 1e-4, "{x:?} {y:?} {}", ciede2000(x, y));
            assert!((ciede2000(y, x) - wanted).abs() < 1e-4, "{y:?} {x:?}");
        }
    }
}
