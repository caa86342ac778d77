//! Other programs' command lines, so that a pipeline changes a name and nothing else. What they are was learned by
//! running them.

mod pngquant;

use std::ffi::OsString;
use std::path::Path;

use clap::Subcommand;

pub(crate) use pngquant::score as pngquant_score;

use crate::terminal::Status;

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CompatCommand {
    /// Take pngquant's options, and end with its exit codes
    #[command(disable_help_flag = true)]
    Pngquant {
        /// As for pngquant; --help lists them
        #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

/// Runs as another program would.
pub(crate) fn run(command: &CompatCommand) -> Status {
    match command {
        CompatCommand::Pngquant { arguments } => pngquant::run(arguments),
    }
}

/// Arguments as they are to be read: who starts the program under another's name means that program, all of whose
/// arguments are its own, `--` as well.
pub(crate) fn spelled(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.collect();
    let is_pngquant = |name: &OsString| Path::new(name).file_stem().is_some_and(|stem| stem == "pngquant");
    let own = match &arguments[..] {
        [name, own @ ..] if is_pngquant(name) => own,
        [_, compat, name, own @ ..] if compat == "compat" && name == "pngquant" => own,
        _ => return arguments,
    };
    let head = ["huepack", "compat", "pngquant", "--"].map(OsString::from);
    head.into_iter().chain(own.iter().cloned()).collect()
}
