//! Which panics are finds.

use std::collections::BTreeSet;
use std::panic;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Makes panics of huepack, of a target and of the standard library abort, which libFuzzer reports. Those of other
/// crates are printed, once for each place: where `decode` contains them, they are its known weakness and no find;
/// elsewhere they unwind out of the target, and libFuzzer reports them as well.
pub fn fail_on_our_panics() {
    // libFuzzer's own, which aborts at any panic before it can be contained.
    let abort = panic::take_hook();
    let printed = Mutex::new(BTreeSet::new());
    panic::set_hook(Box::new(move |panic| {
        let Some(place) = panic.location().filter(|place| is_of_others(Path::new(place.file()))) else {
            return abort(panic);
        };
        let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
        if printed.insert((place.file().to_owned(), place.line())) {
            eprintln!("panic in another crate: {panic}");
        }
    }));
}

/// Cargo compiles this workspace by relative paths, and all else, huepack included, by absolute ones.
fn is_of_others(file: &Path) -> bool {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("fuzz/ lies in the repository");
    let is_std = file.starts_with("/rustc") || file.components().any(|part| part.as_os_str() == "rustlib");
    file.is_absolute() && !file.starts_with(repository) && !is_std
}
