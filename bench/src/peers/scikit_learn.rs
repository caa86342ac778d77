//! scikit-learn's KMeans in a Python process of its own: fitted to every pixel, and as its colour quantization
//! example does it, fitted to a sample. `scikit_learn.py` is the other end, and keeps the time.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::{Dithering, Peer, Run, indexed};
use crate::Result;
use crate::picture::Picture;

const SCRIPT: &str = include_str!("../../scikit_learn.py");

/// One thread for everything that numpy and scikit-learn could use more for.
const ONE_THREAD: [&str; 3] = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

/// A Python that has scikit-learn.
#[derive(Clone, Debug)]
pub(crate) struct Python {
    path: PathBuf,
    /// Of Python and what matters in it, as in the notes of a table.
    pub(crate) versions: String,
}

pub(super) struct ScikitLearn<'a> {
    method: Method,
    picture: &'a Picture,
    python: Python,
    /// Started by the first run: importing takes seconds.
    process: RefCell<Option<Process>>,
}

#[derive(Clone, Copy)]
enum Method {
    Full,
    Recipe,
}

/// A running script that has the pixels.
struct Process {
    child: Child,
    /// Closing it ends the script.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Python {
    /// The Python at `path`, if it runs and has scikit-learn.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let (_, versions) = Process::start(path).ok()?;
        Some(Self { path: path.to_owned(), versions })
    }
}

pub(super) fn all<'a>(picture: &'a Picture, python: Option<&Python>) -> Vec<ScikitLearn<'a>> {
    let Some(python) = python else { return Vec::new() };
    let one = |method| ScikitLearn { method, picture, python: python.clone(), process: RefCell::default() };
    [Method::Full, Method::Recipe].map(one).into()
}

impl Peer for ScikitLearn<'_> {
    fn name(&self) -> &str {
        match self.method {
            Method::Full => "scikit-learn full",
            Method::Recipe => "scikit-learn recipe",
        }
    }

    fn dithers(&self) -> bool {
        false
    }

    fn run(&self, colors: usize, _: Dithering) -> Result<Run> {
        let mut slot = self.process.borrow_mut();
        let process = match &mut *slot {
            Some(process) => process,
            none => none.insert(Process::with_pixels(&self.python.path, self.picture)?),
        };
        let method = match self.method {
            Method::Full => "full",
            Method::Recipe => "recipe",
        };
        let ([fit_ms, map_ms], palette, indices) =
            process.ask(&format!("{method} {colors}"), self.picture.pixels.len())?;
        let indexed = indexed(self.picture, palette.as_chunks().0.iter().copied(), indices)?;
        Ok(Run { indexed, fit_ms, map_ms })
    }
}

impl Process {
    /// Starts the script and reads its versions.
    fn start(python: &Path) -> Result<(Self, String)> {
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .envs(ONE_THREAD.map(|name| (name, "1")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("the script has no output")?);
        let mut process = Self { child, requests, answers };
        let versions = process.line()?;
        Ok((process, versions))
    }

    fn with_pixels(python: &Path, picture: &Picture) -> Result<Self> {
        let (mut process, _) = Self::start(python)?;
        let pixels: Vec<u8> = picture.rgb().flatten().collect();
        let requests = process.requests.as_mut().ok_or("the script has no input")?;
        writeln!(requests, "{}", picture.pixels.len())?;
        requests.write_all(&pixels)?;
        requests.flush()?;
        Ok(process)
    }

    /// The numbers of the answer, the palette, and the indices.
    fn ask(&mut self, request: &str, pixels: usize) -> Result<([f64; 2], Vec<u8>, Vec<u8>)> {
        let requests = self.requests.as_mut().ok_or("the script has no input")?;
        writeln!(requests, "{request}")?;
        requests.flush()?;
        let header = self.line()?;
        let mut words = header.split(' ').map(str::parse::<f64>);
        let mut next = || words.next().ok_or_else(|| format!("three numbers wanted, got {header:?}"));
        let (times, colors) = ([next()??, next()??], next()??);
        let mut palette = vec![0; 3 * colors as usize];
        let mut indices = vec![0; pixels];
        self.answers.read_exact(&mut palette)?;
        self.answers.read_exact(&mut indices)?;
        Ok((times, palette, indices))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line)? {
            0 => Err("the script of scikit-learn ended early".into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.requests.take());
        // It ends by itself now; this only takes it off the list of processes.
        let _ = self.child.wait();
    }
}
