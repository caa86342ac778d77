//! The huepack program.

fn main() {}
