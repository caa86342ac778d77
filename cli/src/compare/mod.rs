//! x
#[derive(clap::Args, Debug)]
pub(crate) struct CompareArgs {}
pub(crate) fn run(_: &CompareArgs) -> crate::terminal::Status {
    crate::terminal::Status::Usage
}
