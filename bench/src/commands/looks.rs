//! How good results look, and how many bytes that takes, over many pictures. No times: pictures are worked on side
//! by side.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;
use huepack::measure;

use super::bytes::png;
use super::{Comparison, publish};
use crate::Result;
use crate::peers::{Dithering, Peer, Python};
use crate::picture::Picture;
use crate::summary;
use crate::table::{Table, number};

const COLUMNS: [&str; 6] = ["image", "colors", "dithering", "peer", "ssimulacra2", "png"];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    #[command(flatten)]
    comparison: Comparison,
    /// Pictures that are worked on at the same time
    #[arg(long, default_value_t = 2)]
    at_once: usize,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

type Rows = Vec<Vec<String>>;

/// What a thread hands over; errors of other kinds stay on theirs.
type Looked = std::result::Result<Rows, String>;

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let python = self.comparison.python();
        let mut table = Table::new(self.comparison.notes("looks", python.as_ref()), &COLUMNS);
        for rows in self.look_at_all(python.as_ref()) {
            rows?.into_iter().for_each(|row| table.push(row));
        }
        publish(&table, self.out.as_deref())?;
        print!("\n{}", summary::of_looks(&table).to_text());
        Ok(())
    }

    /// The rows of each picture, in the order of the pictures. Every picture has a pool of its own, with as many
    /// threads as the record says: the number changes what some peers make.
    fn look_at_all(&self, python: Option<&Python>) -> Vec<Looked> {
        let images = &self.comparison.images;
        let (next, results) = (AtomicUsize::new(0), Mutex::new(vec![Ok(Rows::new()); images.len()]));
        let work = || {
            loop {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                let Some(image) = images.get(turn) else { return };
                let look = || self.look_at(image, python).map_err(|error| error.to_string());
                let rows = self.comparison.on_threads(look).unwrap_or_else(|error| Err(error.to_string()));
                results.lock().expect("nobody panics with it")[turn] = rows;
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..self.at_once.max(1) {
                scope.spawn(work);
            }
        });
        results.into_inner().expect("nobody panics with it")
    }

    fn look_at(&self, path: &Path, python: Option<&Python>) -> Result<Rows> {
        let picture = Picture::open(path)?;
        let peers = self.comparison.peers(&picture, python);
        let mut rows = Rows::new();
        for &colors in &self.comparison.colors {
            for dithering in Dithering::ALL {
                eprintln!("{} {colors} colours, dithering {}", picture.name, dithering.name());
                for peer in peers.iter().filter(|peer| dithering == Dithering::None || peer.dithers()) {
                    rows.push(row(&picture, peer.as_ref(), colors, dithering)?);
                }
            }
        }
        Ok(rows)
    }
}

fn row(picture: &Picture, peer: &dyn Peer, colors: u16, dithering: Dithering) -> Result<Vec<String>> {
    let indexed = peer.run(usize::from(colors), dithering)?.indexed;
    Ok(vec![
        picture.name.clone(),
        colors.to_string(),
        dithering.name().to_owned(),
        peer.name().to_owned(),
        number(measure::ssimulacra2(picture.view(), &indexed)?, 2),
        png(&indexed)?.len().to_string(),
    ])
}
