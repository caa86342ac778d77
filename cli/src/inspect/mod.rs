//! x
pub(crate) fn run(_: &crate::args::InspectArgs) -> crate::terminal::Status {
    crate::terminal::Status::Usage
}
