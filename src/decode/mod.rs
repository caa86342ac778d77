//! Reading pictures.
