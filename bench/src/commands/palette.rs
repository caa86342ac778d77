//! Error and CPU time of palettes, without dithering. Peers take turns, so that what disturbs the machine
//! disturbs them all; medians over the rounds.

use std::path::PathBuf;

use clap::Args;
use huepack::Indexed;

use super::{Comparison, publish};
use crate::Result;
use crate::best_known::{self, BestKnown};
use crate::clock::median;
use crate::peers::{Dithering, IMAGEQUANT_DEFAULT, KMEANS_COLORS_RGB, Peer};
use crate::picture::Picture;
use crate::score::Score;
use crate::space::Space;
use crate::summary;
use crate::table::{Table, number};

/// Peers that take longer than this in the first round sit out the others; `rounds` says so.
const SLOW_MS: f64 = 3_000.0;

const COLUMNS: [&str; 17] = [
    "image",
    "colors",
    "peer",
    "rounds",
    "repeatable",
    "fit_ms",
    "map_ms",
    "cpu_ms",
    "inertia",
    "to_best",
    "distinct",
    "psnr_db",
    "ciede2000",
    "ssimulacra2",
    "to_imagequant",
    "to_kmeans_colors",
    "best",
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    #[command(flatten)]
    comparison: Comparison,
    /// Rounds over all peers
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Space in which error is measured
    #[arg(long, value_enum, default_value = "srgb")]
    measure: Space,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What is known of a peer at one palette size.
struct Tally {
    name: String,
    fit_ms: Vec<f64>,
    map_ms: Vec<f64>,
    cpu_ms: Vec<f64>,
    /// Of the first round.
    indexed: Option<Indexed>,
    /// Whether later rounds gave the same pixels.
    repeatable: bool,
}

/// What is compared: one picture at one palette size.
struct Comparing<'a> {
    picture: &'a Picture,
    colors: usize,
    space: Space,
    /// The lowest inertia that is known.
    known: Option<f64>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let table = self.comparison.on_threads(|| self.measure().map_err(|error| error.to_string()))??;
        publish(&table, self.out.as_deref())?;
        print!("\n{}", summary::of_palettes(&table).to_text());
        Ok(())
    }

    fn measure(&self) -> Result<Table> {
        let python = self.comparison.python();
        let known = BestKnown::read(best_known::PATH.as_ref())?;
        let mut notes = self.comparison.notes("palette", python.as_ref());
        notes.push(("measure".into(), self.measure.name().to_owned()));
        let mut table = Table::new(notes, &COLUMNS);
        for path in &self.comparison.images {
            let picture = Picture::open(path)?;
            let (width, height, distinct) = (picture.width, picture.height, picture.distinct_colors());
            table
                .notes
                .push(("image".into(), format!("{} {width}x{height}, {distinct} colours", picture.name)));
            let peers = self.comparison.peers(&picture, python.as_ref());
            for &colors in &self.comparison.colors {
                let tallies = self.take_turns(&peers, usize::from(colors))?;
                let (colors, space) = (usize::from(colors), self.measure);
                let known = known.eight_bit(&picture, space, colors);
                Comparing { picture: &picture, colors, space, known }.add_rows(&mut table, &tallies)?;
            }
        }
        Ok(table)
    }

    /// Lets everybody run once a round, each round starting with somebody else.
    fn take_turns(&self, peers: &[Box<dyn Peer + '_>], colors: usize) -> Result<Vec<Tally>> {
        let mut tallies: Vec<Tally> = peers.iter().map(|peer| Tally::new(peer.name())).collect();
        let rounds = usize::from(self.rounds);
        for round in 0..rounds {
            eprintln!("{colors} colours, round {} of {rounds}", round + 1);
            for turn in 0..peers.len() {
                let who = (turn + round * peers.len() / rounds) % peers.len();
                if !tallies[who].is_slow() {
                    tallies[who].run(peers[who].as_ref(), colors)?;
                }
            }
        }
        Ok(tallies)
    }
}

impl Tally {
    fn new(name: &str) -> Self {
        let (fit_ms, map_ms, cpu_ms) = Default::default();
        Self { name: name.to_owned(), fit_ms, map_ms, cpu_ms, indexed: None, repeatable: true }
    }

    fn run(&mut self, peer: &dyn Peer, colors: usize) -> Result<()> {
        let run = peer.run(colors, Dithering::None)?;
        self.fit_ms.push(run.fit_ms);
        self.map_ms.push(run.map_ms);
        self.cpu_ms.push(run.fit_ms + run.map_ms);
        match &self.indexed {
            Some(first) => self.repeatable &= first.pixels().eq(run.indexed.pixels()),
            None => self.indexed = Some(run.indexed),
        }
        Ok(())
    }

    fn is_slow(&self) -> bool {
        self.cpu_ms.first().is_some_and(|&ms| ms > SLOW_MS)
    }
}

impl Comparing<'_> {
    /// One row a peer, the lowest inertia first.
    fn add_rows(&self, table: &mut Table, tallies: &[Tally]) -> Result<()> {
        let mut scored = Vec::new();
        for tally in tallies {
            let indexed = tally.indexed.as_ref().ok_or("there are no rounds")?;
            scored.push((tally, Score::of(self.picture, indexed, self.space)?));
        }
        scored.sort_by(|a, b| a.1.inertia.total_cmp(&b.1.inertia));
        let cpu_of = |name: &str| {
            tallies.iter().find(|tally| tally.name == name).map_or(f64::NAN, |tally| median(&tally.cpu_ms))
        };
        let (imagequant, kmeans_colors) = (cpu_of(IMAGEQUANT_DEFAULT), cpu_of(KMEANS_COLORS_RGB));
        let best = self.known.or(scored.first().map(|(_, score)| score.inertia)).unwrap_or(f64::NAN);
        for (tally, score) in &scored {
            let cpu_ms = median(&tally.cpu_ms);
            let repeatable = match tally.cpu_ms.len() {
                1 => "-",
                _ if tally.repeatable => "yes",
                _ => "no",
            };
            table.push(vec![
                self.picture.name.clone(),
                self.colors.to_string(),
                tally.name.clone(),
                tally.cpu_ms.len().to_string(),
                repeatable.to_owned(),
                number(median(&tally.fit_ms), 2),
                number(median(&tally.map_ms), 2),
                number(cpu_ms, 2),
                number(score.inertia, 4),
                number(score.inertia / best, 4),
                score.distinct_colors.to_string(),
                number(score.psnr_db, 2),
                number(score.ciede2000, 3),
                number(score.ssimulacra2, 2),
                number(cpu_ms / imagequant, 3),
                number(cpu_ms / kmeans_colors, 4),
                if self.known.is_some() { "known" } else { "of this run" }.to_owned(),
            ]);
        }
        Ok(())
    }
}
