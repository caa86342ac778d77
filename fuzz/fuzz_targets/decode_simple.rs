//! Any BMP, PNM or QOI is read or refused.
#![no_main]

use huepack::decode::Format;
use huepack_fuzz::{check_decoding, fail_on_our_panics};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(init: fail_on_our_panics(), |bytes: &[u8]| -> Corpus { check_decoding(&[Format::Bmp, Format::Pnm, Format::Qoi], bytes, |_| ()) });
