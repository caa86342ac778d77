//! pngquant, run as a program beside ours if it is installed.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use huepack::{Dither, Histogram, ImageRef, Indexed, MapOptions, Palette, decode};

/// The name under which the system knows it.
const PROGRAM: &str = "pngquant";

/// pngquant, as it is installed.
#[derive(Debug)]
pub(super) struct Pngquant {
    /// Such as `2.17.0`.
    pub(super) version: String,
}

/// Whether pngquant spreads errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dithering {
    /// As it does unless told otherwise.
    Floyd,
    None,
}

impl Dithering {
    /// As huepack's option is spelled.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Floyd => "floyd-steinberg",
            Self::None => "none",
        }
    }
}

impl Pngquant {
    /// Asks for its version.
    ///
    /// # Errors
    /// In words: it is not there, or does not work.
    pub(super) fn find() -> Result<Self, String> {
        let output = run(&["--version"], &[]).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "pngquant is not installed, so it is not compared with".to_owned(),
            _ => format!("pngquant cannot be run, so it is not compared with: {error}"),
        })?;
        let text = String::from_utf8_lossy(&output.stdout);
        // Digits and points alone: what comes from outside is shown on a terminal and a page.
        let version = text.split_whitespace().next().unwrap_or_default();
        let is_version = version.starts_with(|c: char| c.is_ascii_digit())
            && version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
        if output.status.success() && is_version {
            Ok(Self { version: version.to_owned() })
        } else {
            Err("pngquant does not tell its version, so it is not compared with".to_owned())
        }
    }

    /// Its file of a picture that is handed over as `png`, as it comes, and the picture in it.
    ///
    /// # Errors
    /// In words: it failed, or wrote something else.
    pub(super) fn pack(
        &self,
        image: ImageRef<'_>,
        png: &[u8],
        colors: u16,
        dithering: Dithering,
    ) -> Result<(Vec<u8>, Indexed), String> {
        let colors = colors.to_string();
        let mut arguments = vec!["--speed", "3"];
        if dithering == Dithering::None {
            arguments.push("--nofs");
        }
        arguments.extend([&*colors, "-"]);
        let output = run(&arguments, png).map_err(|error| error.to_string())?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            let words = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
            let words = words.replace(char::is_control, " ");
            return Err([output.status.to_string(), words].join(" ").trim_end().to_owned());
        }
        let indexed = indexed(image, &output.stdout)?;
        Ok((output.stdout, indexed))
    }
}

/// Runs it with these bytes on standard input.
fn run(arguments: &[&str], input: &[u8]) -> io::Result<Output> {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    // Written from a thread, since a program that answers before it has read all would wait for us, and we for it.
    std::thread::scope(|scope| {
        // One that does not want to read on says why by itself.
        let feed = move || stdin.map(|mut stdin| stdin.write_all(input));
        let feeder = std::thread::Builder::new().spawn_scoped(scope, feed)?;
        let output = child.wait_with_output();
        // It ends with the program that it feeds.
        let _ = feeder.join();
        output
    })
}

/// The picture in its file, which must be one of that size and of at most 256 colours.
fn indexed(source: ImageRef<'_>, bytes: &[u8]) -> Result<Indexed, String> {
    let decoded = decode::Options::new().decode(bytes).map_err(|error| error.to_string())?;
    let image = decoded.image.view();
    if (image.width(), image.height()) != (source.width(), source.height()) {
        return Err(format!("it wrote a picture of {}x{} pixels", image.width(), image.height()));
    }
    let colors = Histogram::of(image).exact_colors().unwrap_or_default();
    let palette = Palette::new(colors.into_iter().map(|(color, _)| color).collect::<Vec<_>>());
    let palette = palette.map_err(|_| "it wrote more than 256 colours".to_owned())?;
    // Each pixel has its colour in the palette.
    Ok(MapOptions::new().dither(Dither::None).map(image, &palette))
}
