//! From a picture to the points of its curves.

use huepack::{Dither, Effort, ImageRef, Packed, Packer, Result, encode};

use super::pngquant::{Dithering, Pngquant};
use super::point::{Point, Setting};
use super::series::{Maker, Series};
use super::{Curve, CurveArgs, command, knee};
use crate::plan::Talk;
use crate::progress::Progress;
use crate::source::{self, Source};

/// What bytes are worth along the first curve: nothing, then around the default, and until it shows.
const LAMBDAS: [f64; 8] = [0.0, 0.06, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0];

/// Numbers of colours along the others, up to the most that are allowed.
const COLORS: [u16; 5] = [16, 32, 64, 128, 256];

/// Packs the picture in every way, and chooses.
///
/// # Errors
/// Those of the library; none is to be expected once the source has been read.
pub(super) fn draw<'a>(args: &CurveArgs, source: &'a Source) -> Result<Curve<'a>> {
    let fewer: Vec<u16> = COLORS.into_iter().filter(|&colors| colors < args.colors).collect();
    let files = LAMBDAS.len() + fewer.len() + if args.no_pngquant { 0 } else { 2 * (fewer.len() + 1) };
    let progress = Progress::start(files, Talk::of(args.json, args.quiet));
    let work = Work { args, image: source.decoded.image.view(), progress };
    let (full, source_colors) = work.ours(args.colors, LAMBDAS[0])?;
    let mut series = vec![work.traded(full)?];
    series.extend(work.plain(&fewer, full, source_colors)?);
    let knee = if full.is_lossless() {
        full
    } else {
        *knee::knee(series.iter().flat_map(|series| &series.points)).expect("there is the first point")
    };
    let mut remarks = Vec::new();
    let mut pngquant_version = None;
    if !args.no_pngquant {
        match Pngquant::find() {
            Ok(pngquant) => {
                let colors: Vec<u16> = fewer.into_iter().chain([args.colors]).collect();
                // More colours than the picture has change nothing.
                let enough = |&colors: &u16| source_colors.is_some_and(|all| usize::from(colors) >= all);
                let useful = colors.iter().position(enough).map_or(colors.len(), |last| last + 1);
                series.extend(work.theirs(&pngquant, &colors[..useful], &mut remarks)?);
                pngquant_version = Some(pngquant.version);
            }
            Err(remark) => remarks.push(remark),
        }
    }
    Ok(Curve {
        source,
        name: source::name(&args.input),
        source_colors,
        most_colors: args.colors,
        series,
        knee,
        command: command::of(args, &source.decoded, &knee),
        pngquant_version,
        remarks,
    })
}

/// The picture, and how it is packed.
struct Work<'a> {
    args: &'a CurveArgs,
    image: ImageRef<'a>,
    progress: Progress,
}

impl Work<'_> {
    /// All colours, bytes weighed more and more against errors. There are none where nothing is lost.
    fn traded(&self, full: Point) -> Result<Series> {
        let lambdas = if full.is_lossless() { &[] } else { &LAMBDAS[1..] };
        let rest = lambdas.iter().map(|&lambda| Ok(self.ours(self.args.colors, lambda)?.0));
        let points = std::iter::once(Ok(full)).chain(rest).collect::<Result<_>>()?;
        Ok(Series { maker: Maker::Traded, points })
    }

    /// Fewer colours, as long as the picture has more of them.
    fn plain(&self, fewer: &[u16], full: Point, source_colors: Option<usize>) -> Result<Option<Series>> {
        let is_lossy = |colors: &&u16| source_colors.is_none_or(|all| usize::from(**colors) < all);
        let fewer = fewer.iter().filter(is_lossy);
        let fewer: Vec<Point> = fewer.map(|&colors| Ok(self.ours(colors, 0.0)?.0)).collect::<Result<_>>()?;
        let is_any = !fewer.is_empty();
        let points = fewer.into_iter().chain([full]).collect();
        Ok(is_any.then_some(Series { maker: Maker::Plain, points }))
    }

    /// A file of our own, measured, and the colours of the source.
    fn ours(&self, colors: u16, lambda: f64) -> Result<(Point, Option<usize>)> {
        self.progress.next(&self.args.input);
        let packer = self.args.packer().colors(colors.into()).lambda(lambda as f32);
        let Packed { bytes, indexed, report, .. } = packer.pack(self.image)?;
        let setting = Setting { colors, lambda: Some(lambda), dither: "auto" };
        let point = Point::of(setting, self.image, &indexed, bytes.len() as u64)?;
        self.progress.pause(|| ());
        Ok((point, report.source_colors))
    }

    /// The points of pngquant, up to where it fails, which is a remark.
    fn theirs(&self, pngquant: &Pngquant, colors: &[u16], remarks: &mut Vec<String>) -> Result<Vec<Series>> {
        let png = encode::png::lossless(self.image, Effort::Fast)?;
        let mut all = Vec::new();
        for (maker, dithering) in
            [(Maker::Pngquant, Dithering::Floyd), (Maker::PngquantUndithered, Dithering::None)]
        {
            let mut points = Vec::new();
            for &colors in colors {
                self.progress.next(&self.args.input);
                let dither = dithering.name();
                match pngquant.pack(self.image, &png, colors, dithering) {
                    Ok((bytes, indexed)) => {
                        let setting = Setting { colors, lambda: None, dither };
                        points.push(Point::of(setting, self.image, &indexed, bytes.len() as u64)?);
                    }
                    Err(reason) => {
                        remarks
                            .push(format!("pngquant failed at {colors} colours, dither {dither}: {reason}"));
                        break;
                    }
                }
                self.progress.pause(|| ());
            }
            if !points.is_empty() {
                all.push(Series { maker, points });
            }
            if !remarks.is_empty() {
                break;
            }
        }
        Ok(all)
    }
}

impl CurveArgs {
    /// What all our points have in common.
    pub(super) fn packer(&self) -> Packer {
        Packer::new()
            .space(self.space.into())
            .weighting(self.space.into())
            .dither(Dither::Auto)
            .effort(self.effort.into())
    }
}
