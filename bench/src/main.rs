//! huepack beside other colour quantizers: error, CPU time, bytes, memory. See README.md.

mod best_known;
mod clock;
mod cloud;
mod commands;
mod peers;
mod picture;
mod provenance;
mod random;
mod record;
mod score;
mod space;
mod summary;
mod table;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Parser)]
#[command(about, version)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
