//! The programs that make GIFs, and how each is told what to do.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wait4::Wait4;

use super::point::Maker;
use super::source::{Content, Source};
use crate::Result;

/// gifski's qualities.
const QUALITIES: [u8; 5] = [60, 70, 80, 90, 100];
/// Those whose files gifsicle makes smaller.
const SQUEEZED: [u8; 2] = [90, 100];
/// gifsicle's losses on what gifski made.
const LOSSES: [u8; 3] = [20, 40, 80];
/// gifsicle's losses on a GIF, 0 being none.
const LOSSES_OF_GIF: [u8; 6] = [0, 10, 20, 40, 80, 160];
/// ffmpeg's ditherings and palette sizes.
const DITHERS: [&str; 2] = ["sierra2_4a", "bayer"];
const COLORS: [u16; 3] = [256, 128, 64];

/// One way to make a GIF.
#[derive(Clone, Debug)]
pub(super) enum Setting {
    Gifski {
        quality: u8,
    },
    /// gifski's file through gifsicle.
    Squeezed {
        quality: u8,
        loss: u8,
    },
    Ffmpeg {
        dither: &'static str,
        colors: u16,
    },
    /// The source, a GIF, through gifsicle.
    Gifsicle {
        loss: u8,
    },
    Huepack {
        program: PathBuf,
        colors: u16,
        lambda: f32,
        options: Vec<String>,
    },
}

/// Where the peers are, and their versions.
pub(super) struct Tools {
    gifski: PathBuf,
    gifski_version: String,
    gifsicle_version: String,
    ffmpeg_version: String,
}

/// A file that a program wrote.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) path: PathBuf,
    /// User and system time of all programs that it took.
    pub(super) cpu_seconds: f64,
}

/// Makes files of one source. What another setting starts from is kept.
pub(super) struct Workshop<'a> {
    source: &'a Source,
    tools: &'a Tools,
    folder: &'a Path,
    /// What programs read, once it is written.
    inputs: Vec<PathBuf>,
    of_gifski: HashMap<u8, Made>,
}

impl Setting {
    /// All of the peers that can read such a source.
    pub(super) fn of_peers(source: &Source) -> Vec<Self> {
        if let Content::Gif(_) = source.content {
            return LOSSES_OF_GIF.into_iter().map(|loss| Self::Gifsicle { loss }).collect();
        }
        let mut settings: Vec<Self> = QUALITIES.into_iter().map(|quality| Self::Gifski { quality }).collect();
        for quality in SQUEEZED {
            settings.extend(LOSSES.into_iter().map(|loss| Self::Squeezed { quality, loss }));
        }
        for dither in DITHERS {
            settings.extend(COLORS.into_iter().map(|colors| Self::Ffmpeg { dither, colors }));
        }
        settings
    }

    pub(super) fn maker(&self, tools: &Tools) -> Maker {
        let (program, setting) = match self {
            Self::Gifski { quality } => (tools.gifski_version.clone(), format!("Q{quality}")),
            Self::Squeezed { quality, loss } => (
                format!("{} + {}", tools.gifski_version, tools.gifsicle_version),
                format!("Q{quality} -O3 --lossy={loss}"),
            ),
            Self::Ffmpeg { dither, colors } => {
                (format!("{} {dither}", tools.ffmpeg_version), format!("{colors} colours"))
            }
            Self::Gifsicle { loss: 0 } => (tools.gifsicle_version.clone(), "-O3".to_owned()),
            Self::Gifsicle { loss } => (tools.gifsicle_version.clone(), format!("-O3 --lossy={loss}")),
            Self::Huepack { colors, lambda, options, .. } => {
                let words = [format!("lambda {lambda}"), format!("{colors} colours")];
                (
                    "huepack".to_owned(),
                    words.iter().chain(options).map(String::as_str).collect::<Vec<_>>().join(" "),
                )
            }
        };
        Maker { program, setting }
    }
}

impl Tools {
    /// Asks each for its version.
    pub(super) fn find(gifski: &Path) -> Result<Self> {
        Ok(Self {
            gifski: gifski.to_owned(),
            gifski_version: version(gifski, "--version", 1)?,
            gifsicle_version: version(Path::new("gifsicle"), "--version", 2)?,
            ffmpeg_version: version(Path::new("ffmpeg"), "-version", 2)?,
        })
    }

    pub(super) fn versions(&self) -> String {
        [&self.gifski_version, &self.gifsicle_version, &self.ffmpeg_version].map(String::as_str).join(", ")
    }
}

/// The program's name, and the word at this place of what it says of itself.
pub(in crate::commands) fn version(program: &Path, argument: &str, place: usize) -> Result<String> {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let failed = |error: String| format!("{name} wanted: {error}");
    let output = Command::new(program).arg(argument).output().map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = text.split_whitespace().nth(place).ok_or_else(|| failed("it tells no version".into()))?;
    Ok(format!("{name} {}", word.split('-').next().unwrap_or(word)))
}

impl<'a> Workshop<'a> {
    pub(super) fn new(source: &'a Source, tools: &'a Tools, folder: &'a Path) -> Self {
        Self { source, tools, folder, inputs: Vec::new(), of_gifski: HashMap::new() }
    }

    pub(super) fn make(&mut self, setting: &Setting) -> Result<Made> {
        if self.inputs.is_empty() {
            self.inputs = self.source.write(self.folder)?;
        }
        let path = self.folder.join("result.gif");
        match setting {
            Setting::Gifski { quality } => self.gifski(*quality),
            Setting::Squeezed { quality, loss } => {
                let whole = self.gifski(*quality)?;
                let made = run(gifsicle(*loss, &whole.path, &path), path)?;
                Ok(Made { cpu_seconds: made.cpu_seconds + whole.cpu_seconds, ..made })
            }
            Setting::Gifsicle { loss } => run(gifsicle(*loss, &self.inputs[0], &path), path),
            Setting::Ffmpeg { dither, colors } => {
                let graph = format!(
                    "split[a][b];[a]palettegen=max_colors={colors}[p];[b][p]paletteuse=dither={dither}"
                );
                let mut command = Command::new("ffmpeg");
                command.args(["-v", "error", "-y", "-framerate", &self.fps(), "-i"]);
                command.arg(self.folder.join("frame-%05d.png")).args(["-filter_complex", &graph]).arg(&path);
                run(command, path)
            }
            Setting::Huepack { program, colors, lambda, options } => {
                let mut command = Command::new(program);
                command.args(&self.inputs).args(["--force", "--quiet"]);
                command.args(["--colors", &colors.to_string(), "--lambda", &lambda.to_string()]);
                if let Content::Frames { .. } = self.source.content {
                    command.args(["--fps", &self.fps()]);
                }
                command.args(options).arg("-o").arg(&path);
                run(command, path)
            }
        }
    }

    fn gifski(&mut self, quality: u8) -> Result<Made> {
        if let Some(made) = self.of_gifski.get(&quality) {
            return Ok(made.clone());
        }
        let path = self.folder.join(format!("gifski-{quality}.gif"));
        let mut command = Command::new(&self.tools.gifski);
        command.args(["--quiet", "-Q", &quality.to_string(), "--fps", &self.fps(), "-o"]);
        command.arg(&path).args(&self.inputs);
        let made = run(command, path)?;
        self.of_gifski.insert(quality, made.clone());
        Ok(made)
    }

    fn fps(&self) -> String {
        match self.source.content {
            Content::Frames { fps, .. } => fps.to_string(),
            Content::Gif(_) => String::new(),
        }
    }
}

fn gifsicle(loss: u8, input: &Path, output: &Path) -> Command {
    let mut command = Command::new("gifsicle");
    command.arg("-O3");
    if loss > 0 {
        command.arg(format!("--lossy={loss}"));
    }
    command.arg(input).arg("-o").arg(output);
    command
}

/// Runs a program, and counts its processor time.
fn run(mut command: Command, path: PathBuf) -> Result<Made> {
    let name = OsString::from(command.get_program()).to_string_lossy().into_owned();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("{name}: {error}"))?;
    let mut said = String::new();
    if let Some(stderr) = &mut child.stderr {
        std::io::Read::read_to_string(stderr, &mut said)?;
    }
    let used = child.wait4()?;
    if !used.status.success() {
        return Err(format!("{name}: {}: {}", used.status, said.lines().next().unwrap_or_default()).into());
    }
    let cpu_seconds = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok(Made { path, cpu_seconds })
}
