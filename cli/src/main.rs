//! The huepack program: arguments to a plan, the plan to files, the files to an exit code.

mod args;
mod backup;
mod batch;
mod cache;
mod check;
mod clip;
mod color;
mod color_type;
mod compare;
mod compat;
mod config;
mod curve;
mod failure;
mod findings;
mod folder;
mod globs;
mod histogram_file;
mod inspect;
mod keep;
mod made;
mod merge;
mod migrate;
mod number;
mod output;
mod pack;
mod page;
mod palette_count;
mod palette_file;
mod palette_fit;
mod plan;
mod progress;
mod repacked;
mod report;
mod signal;
mod source;
mod table;
mod terminal;
mod threads;
mod threshold;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use args::{Cli, Command, PaletteCommand, ReportCommand};
use terminal::Status;

/// Bytes that have to be free when the program begins: what asks for little, as the start of a thread does, brings it down
/// where even that is not there.
const LEAST_MEMORY: usize = 4 << 20;

fn main() -> Status {
    let cli = parsed();
    // A decoder that panics on damaged data is caught and reported by name; it need not talk as well.
    std::panic::set_hook(Box::new(|_| {}));
    if !threads::is_free(LEAST_MEMORY) {
        terminal::complain("the system has no memory to begin with; free some, or raise the limit");
        return Status::Failed;
    }
    threads::start();
    if let Err(error) = signal::catch() {
        terminal::complain(&format!("the system gives no thread to wait for signals: {error}"));
        return Status::Failed;
    }
    let status = match cli.command {
        None => pack::run(&cli.pack),
        Some(Command::Pack(args)) => pack::run(&args),
        Some(Command::Compare(args)) => compare::run(&args),
        Some(Command::Curve(args)) => curve::run(&args),
        Some(Command::Inspect(args)) => inspect::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Restore(args)) => backup::run(&args),
        Some(Command::Migrate(args)) => migrate::run(&args),
        Some(Command::Compat { command }) => compat::run(&command),
        Some(Command::Config(args)) => config::run(&args),
        Some(Command::Palette { command: PaletteCommand::Count(args) }) => palette_count::run(&args),
        Some(Command::Palette { command: PaletteCommand::Fit(args) }) => palette_fit::run(&args),
        Some(Command::Report { command: ReportCommand::Merge(args) }) => merge::run(&args),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "huepack", &mut script);
            terminal::say(String::from_utf8_lossy(&script).trim_end());
            Status::Done
        }
        Some(Command::Man) => man(),
    };
    // Work that ended while a signal came in ends as the signal says.
    signal::received().map_or(status.max(terminal::status()), Status::Signal)
}

/// What was typed. Options for packing remember that they were, since a config overrules only defaults.
fn parsed() -> Cli {
    let matches = Cli::command().get_matches_from(compat::spelled(std::env::args_os()));
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match &mut cli.command {
        None => cli.pack.typed = typed(&matches),
        Some(Command::Pack(args)) => {
            args.typed = matches.subcommand_matches("pack").map(typed).unwrap_or_default();
        }
        Some(_) => {}
    }
    cli
}

/// The names of options that were typed, as they are spelled.
fn typed(matches: &ArgMatches) -> Vec<String> {
    let is_typed = |id: &&clap::Id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    matches.ids().filter(is_typed).map(|id| id.as_str().replace('_', "-")).collect()
}

fn man() -> Status {
    let mut page = Vec::new();
    if let Err(error) = clap_mangen::Man::new(Cli::command()).render(&mut page) {
        terminal::complain(&format!("the manual page could not be made: {error}"));
        return Status::Failed;
    }
    terminal::say(String::from_utf8_lossy(&page).trim_end());
    Status::Done
}
