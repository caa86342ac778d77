//! What a file carries beside its bytes: owner, mode, extended attributes and, among those, access lists.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// Gives a new file what the file that it will replace has.
///
/// The owner and the attributes of the system's own name spaces are kept where the user may set them; nobody but
/// root can give files away.
#[cfg(unix)]
pub(super) fn copy(old_path: &Path, old: &Metadata, new: &File) -> io::Result<()> {
    copy_owner(old, new)?;
    copy_extended(old_path, new)?;
    // Last, since a change of owner takes the set-user-ID bit away, and an access list changes the mode.
    new.set_permissions(mode(old, &new.metadata()?))
}

#[cfg(not(unix))]
pub(super) fn copy(_: &Path, old: &Metadata, new: &File) -> io::Result<()> {
    new.set_permissions(old.permissions())
}

#[cfg(unix)]
fn copy_owner(old: &Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = new.metadata()?;
    if (now.uid(), now.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    let denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    match fchown(new, Some(old.uid()), Some(old.gid())) {
        // One of the user's own groups can still be given.
        Err(error) if denied(&error) => match fchown(new, None, Some(old.gid())) {
            Err(error) if denied(&error) => Ok(()),
            result => result,
        },
        result => result,
    }
}

/// The old mode; a program that ran as its owner does not begin to run as another one.
#[cfg(unix)]
fn mode(old: &Metadata, new: &Metadata) -> std::fs::Permissions {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let mut mode = old.mode() & 0o7777;
    if old.uid() != new.uid() {
        mode &= !0o4000;
    }
    if old.gid() != new.gid() {
        mode &= !0o2000;
    }
    std::fs::Permissions::from_mode(mode)
}

#[cfg(unix)]
fn copy_extended(old_path: &Path, new: &File) -> io::Result<()> {
    use xattr::FileExt;
    let Some(wanted) = supported(xattr::list(old_path))? else {
        return Ok(());
    };
    let wanted: Vec<_> = wanted.collect();
    // The folder may have given the new file an access list that the old one does not have.
    for name in supported(new.list_xattr())?.into_iter().flatten() {
        if !wanted.contains(&name) {
            optional(&name, new.remove_xattr(&name))?;
        }
    }
    for name in wanted {
        if let Some(value) = xattr::get(old_path, &name)? {
            optional(&name, new.set_xattr(&name, &value))?;
        }
    }
    Ok(())
}

/// `None` on a file system without extended attributes.
#[cfg(unix)]
fn supported<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(names) => Ok(Some(names)),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error),
    }
}

/// Attributes for the user must come along; those that the system keeps for itself often may not be set.
#[cfg(unix)]
fn optional(name: &std::ffi::OsStr, result: io::Result<()>) -> io::Result<()> {
    let systems_own =
        name.to_string_lossy().starts_with("security.") || name.to_string_lossy().starts_with("trusted.");
    match result {
        Err(error)
            if systems_own
                && matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        result => result,
    }
}
