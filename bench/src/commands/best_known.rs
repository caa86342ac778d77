//! Looks for lower inertia than is known: huepack with many seeds and as much effort as is asked for, and the
//! other peers' palettes; each is polished as a palette of bytes.

use std::path::PathBuf;

use clap::Args;
use huepack::{Effort, FitOptions, Histogram, Palette};

use super::Comparison;
use crate::Result;
use crate::best_known::{self, BestKnown};
use crate::cloud::{Cloud, Polished};
use crate::peers::{Dithering, Peer, Python};
use crate::picture::Picture;
use crate::random::Random;
use crate::space::Space;

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    #[command(flatten)]
    comparison: Comparison,
    /// Space in which error is measured
    #[arg(long, value_enum)]
    space: Space,
    /// Fits of huepack at its best effort, with the seeds 0, 1, 2 and so on
    #[arg(long, default_value_t = 4)]
    seeds: u64,
    /// Samples of online k-means a colour, instead of those of the effort
    #[arg(long)]
    samples: Option<f32>,
    /// Breaths a seed, instead of those of the effort
    #[arg(long)]
    breaths: Option<u32>,
    /// Most rounds of Lloyd's algorithm, instead of those of the effort
    #[arg(long)]
    iterations: Option<u32>,
    /// Swaps of colours that are tried with the best palette in the end
    #[arg(long, default_value_t = 0)]
    swaps: u32,
    /// Seed of the swaps
    #[arg(long, default_value_t = 0)]
    swap_seed: u64,
    /// The file of best known values
    #[arg(long, default_value = best_known::PATH, hide_default_value = true)]
    file: PathBuf,
}

/// One picture and palette size, while it is searched.
struct Search<'a> {
    picture: &'a Picture,
    cloud: &'a Cloud,
    space: Space,
    colors: usize,
    /// The lowest so far, and whose it is.
    best: Option<(Polished, String)>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        self.comparison.clone().on_threads(|| self.search_all().map_err(|error| error.to_string()))??;
        Ok(())
    }

    fn search_all(&self) -> Result<()> {
        let python = self.comparison.python();
        let mut known = BestKnown::read(&self.file)?;
        for (done, path) in self.comparison.images.iter().enumerate() {
            let picture = Picture::open(path)?;
            eprintln!("{} of {}: {}", done + 1, self.comparison.images.len(), picture.name);
            for &colors in &self.comparison.colors {
                self.search(&mut known, &picture, usize::from(colors), python.as_ref())?;
            }
        }
        Ok(())
    }

    /// Searches for one palette size and writes the file at once if that helped: a search can take hours.
    fn search(
        &self,
        known: &mut BestKnown,
        picture: &Picture,
        colors: usize,
        python: Option<&Python>,
    ) -> Result<()> {
        let cloud = Cloud::of(picture, self.space);
        let mut search = Search { picture, cloud: &cloud, space: self.space, colors, best: None };
        let histogram = Histogram::of(picture.view());
        for seed in 0..self.seeds {
            let palette = self.fit_options(colors).seed(seed).fit(&histogram)?;
            search.offer(&palette, format!("huepack seed {seed}{}", self.words()));
        }
        for peer in self.comparison.peers(picture, python) {
            search.ask(peer.as_ref())?;
        }
        let before = known.eight_bit(picture, self.space, colors);
        if self.swaps > 0 {
            search.swap(self.swaps, self.swap_seed);
        }
        let Some((Polished { inertia, .. }, how)) = search.best else { return Ok(()) };
        let is_lower = known.lower(picture, self.space, colors, (inertia, &how));
        let before = before.map_or("nothing known".to_owned(), |before| format!("{before:.4} known"));
        let verdict = if is_lower { "lower" } else { "not lower" };
        println!(
            "{} {} {colors}: {before}, {inertia:.4} found by {how}: {verdict}",
            picture.name,
            self.space.name()
        );
        if is_lower { known.write(&self.file) } else { Ok(()) }
    }

    fn fit_options(&self, colors: usize) -> FitOptions {
        let mut options = FitOptions::new(colors).space(self.space.of_huepack()).effort(Effort::Best);
        if let Some(samples) = self.samples {
            options = options.samples(samples);
        }
        if let Some(breaths) = self.breaths {
            options = options.breaths(breaths);
        }
        if let Some(iterations) = self.iterations {
            options = options.iterations(iterations);
        }
        options
    }

    /// What was asked for beside the effort.
    fn words(&self) -> String {
        let word = |value: Option<String>, unit: &str| value.map(|value| format!(", {value} {unit}"));
        let words = [
            word(self.samples.map(|value| value.to_string()), "samples"),
            word(self.breaths.map(|value| value.to_string()), "breaths"),
            word(self.iterations.map(|value| value.to_string()), "iterations"),
        ];
        words.into_iter().flatten().collect()
    }
}

impl Search<'_> {
    fn ask(&mut self, peer: &dyn Peer) -> Result<()> {
        let run = peer.run(self.colors, Dithering::None)?;
        self.offer(run.indexed.palette(), peer.name().to_owned());
        Ok(())
    }

    /// Tries swaps with the best palette so far.
    fn swap(&mut self, swaps: u32, seed: u64) {
        if let Some((best, who)) = self.best.take() {
            let swapped = self.cloud.swap(best.clone(), swaps, &mut Random::new(seed));
            self.best = Some((best, who.clone()));
            self.take(swapped, format!("{who}, {swaps} swaps of seed {seed}"));
        }
    }

    fn offer(&mut self, palette: &Palette, who: String) {
        let colors = palette.colors().iter().map(|&[r, g, b, _]| [r, g, b]).collect();
        self.take(self.cloud.polish(colors), who);
    }

    fn take(&mut self, found: Polished, who: String) {
        let is_best = self.best.as_ref().is_none_or(|(best, _)| found.inertia < best.inertia);
        let mark = if is_best { "*" } else { " " };
        let (image, space, inertia) = (&self.picture.name, self.space.name(), found.inertia);
        eprintln!("  {image} {space} {} {inertia:10.4} {mark} {who}", self.colors);
        if is_best {
            self.best = Some((found, who));
        }
    }
}
